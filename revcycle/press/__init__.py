"""Templates, bar codes and typesetting: from words to PDF."""
