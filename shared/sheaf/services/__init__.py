"""What the product does, on ports only."""
