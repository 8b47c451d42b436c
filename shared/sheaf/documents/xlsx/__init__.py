"""What XLSX reading is made of: rows from openpyxl, merged ranges and missing results from the parts themselves."""
