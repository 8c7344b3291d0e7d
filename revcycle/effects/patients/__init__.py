"""Effects on patient accounts."""
