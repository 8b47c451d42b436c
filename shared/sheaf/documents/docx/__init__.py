"""What DOCX reading is made of: the package's parts, paragraphs, tables, content controls."""
