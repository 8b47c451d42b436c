"""What the services need of the outside world, as small Protocols; each method's sentence is its guarantee."""
