"""What sentences say: effective date, governing law, parties, term; for agreements and letters, where no label stands beside a value."""
