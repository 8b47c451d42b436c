"""Task queues, and the pure rules of the embedded one."""
