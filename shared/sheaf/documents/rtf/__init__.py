"""What RTF reading is made of: control words, groups and code pages made text; paragraphs and tables laid out; HTML carried inside."""
