"""Speaking to Firestore: its messages and channel, values and writes in its terms, and what its errors mean."""
