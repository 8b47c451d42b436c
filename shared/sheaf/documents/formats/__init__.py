"""One module per file format. Each has ``read(path, limits) -> Document``; containers also have ``members(path, limits)``.

A module's ``read`` raises :class:`sheaf.domain.errors.FileProblem` with the fitting category for whatever it cannot read (encrypted,
corrupt, empty, too large, unsafe) and nothing else, whatever the bytes are.
"""
