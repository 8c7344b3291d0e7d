"""Staff: ``revcycle <noun> <verb>``. Parses, calls the api over HTTP, prints. Makes no decisions."""
