"""Document stores, and the pure rules that every one of them keeps: addresses, values, query shapes, indexes, commits."""
