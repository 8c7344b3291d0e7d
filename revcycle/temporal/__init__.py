"""How we talk to Temporal: names, client, payload codec, search attributes."""
