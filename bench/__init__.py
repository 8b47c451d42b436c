"""Measurements of the product, run by hand: nothing here is shipped."""
