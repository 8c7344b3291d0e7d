"""What inquiries and answers share: levels, names, contacts, dates."""
