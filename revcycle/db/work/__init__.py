"""Stores of tasks, deadlines, and the doorbell's inbox and outbox."""
