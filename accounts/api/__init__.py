"""REST API v1 of accounts."""
