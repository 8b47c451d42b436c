"""Building models in IFC's STEP syntax (ISO 16739-1): elements, where they are, and what is said of them."""
