"""The ``sheaf`` command: one module per group of commands, light to import; what is heavy is loaded by the command that needs it."""
