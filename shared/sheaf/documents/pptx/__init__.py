"""What PPTX reading is made of: shapes where layouts and groups put them, tables, text."""
