"""Shapes of the REST API of glossaries."""
