"""What DOCX reading is made of: paragraphs, tables, content controls."""
