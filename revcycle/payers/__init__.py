"""Connections to payers and clearinghouses. The only home of httpx and tenacity."""
