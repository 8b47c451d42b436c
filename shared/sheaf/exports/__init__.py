"""One module per way to write results out; ``sheaf.catalog`` lists them."""
