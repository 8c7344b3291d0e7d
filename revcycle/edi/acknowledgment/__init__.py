"""Acknowledgments: TA1 (interchange), 999 (005010X231A1) and 277CA (005010X214)."""
