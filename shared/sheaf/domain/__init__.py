"""The words of the product as frozen, typed objects and pure decisions: no I/O, no clock, no cloud."""
