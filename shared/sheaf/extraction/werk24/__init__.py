"""Werk24 (https://werk24.io): a service that reads technical drawings, asked through its vendor's client."""
