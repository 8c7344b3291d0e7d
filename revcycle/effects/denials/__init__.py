"""Effects on denials and appeals."""
