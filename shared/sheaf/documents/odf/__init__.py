"""What OpenDocument reading is made of: the package, styles, paragraphs, tables, sheets, slides."""
