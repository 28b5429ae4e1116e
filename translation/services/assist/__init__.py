"""What needs both language assets and a model or a document: the prompt preview."""
