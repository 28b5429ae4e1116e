"""The pure core of Interlinear: languages, formats, protection, prompts, gates, repair. No Django."""
