"""Effects toward payers: routing, queueing, batches, printing."""
