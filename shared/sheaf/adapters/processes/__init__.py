"""Processes for work that may hang, crash or devour memory: :mod:`sheaf.ports.processes` on pipes."""
