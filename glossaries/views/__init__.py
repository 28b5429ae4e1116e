"""Pages of glossaries."""
