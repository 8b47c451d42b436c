"""What mail reading is made of: messages taken apart, their headers, their bodies, what is attached."""
