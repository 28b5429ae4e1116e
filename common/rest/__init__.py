"""What every endpoint of the REST API does alike."""
