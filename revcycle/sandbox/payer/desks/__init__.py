"""The sandbox payer's desks, which answer inquiries, reviews and appeals."""
