"""One module per kind of work; ``sheaf.catalog`` lists them."""
