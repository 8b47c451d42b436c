"""What XML reading is made of: safe parsing, paths, and the invoice standards."""
