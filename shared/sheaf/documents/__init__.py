"""The page model, and one module per file format that turns bytes into it."""
