"""Google Cloud Storage as every part of the product speaks to it: one client a thread, one place for retries and errors."""
