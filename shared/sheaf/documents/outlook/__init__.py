"""What MSG reading is made of: the compound file's storages, their properties, and the message made of them."""
