"""REST API v1 of glossaries. Each endpoint parses, makes one call, and answers."""
