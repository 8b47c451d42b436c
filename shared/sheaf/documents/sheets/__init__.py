"""What spreadsheets of any origin are made of: cells as a person sees them, rows, merged ranges, sheets cut into titles and tables."""
