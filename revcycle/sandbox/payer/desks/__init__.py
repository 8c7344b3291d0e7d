"""The sandbox payer's desks: who answers inquiries, reviews and appeals."""
