"""Object stores, and the pure rules that every one of them keeps: paths and signed URLs."""
