"""REST API v1 of documents and translations. Each endpoint parses, makes one call, and answers."""
