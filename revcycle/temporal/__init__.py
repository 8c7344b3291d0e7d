"""The connection to Temporal: names, client, payload codec, search attributes."""
