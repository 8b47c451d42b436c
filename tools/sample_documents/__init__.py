"""The sample documents of the product, drawn by code; one module per kind of document."""
