"""Text to typed values: small, fast parsers that say where in the text each value stands."""
