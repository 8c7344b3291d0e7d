"""What patients owe, agree to, dispute and pay."""
