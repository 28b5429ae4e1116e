"""Shapes of the REST API: what comes in, and what goes out."""
