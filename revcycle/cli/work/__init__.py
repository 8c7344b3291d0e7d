"""What waits for a person, and the numbers of the work, at the terminal."""
