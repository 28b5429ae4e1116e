"""The pure core: languages, formats, protection, prompts, gates, repair. No Django."""
