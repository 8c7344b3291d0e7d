"""Patients' accounts over HTTP: what they owe, what went to them, what they ask."""
