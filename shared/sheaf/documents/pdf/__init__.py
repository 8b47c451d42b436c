"""What PDF reading is made of: the library's handle, words from characters, form fields, attachments."""
