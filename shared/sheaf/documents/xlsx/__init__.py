"""What XLSX reading is made of: cells as a person sees them, merged ranges, sheets cut into titles and tables."""
