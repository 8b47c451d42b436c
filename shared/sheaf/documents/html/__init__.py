"""What HTML reading is made of: the flow of text, tables, what is shown at all, and JSON-LD."""
