"""Who is outside: connections to payers and clearinghouses. The home of httpx and tenacity."""
