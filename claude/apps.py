"""The one door to Claude: calls, their records and what they cost."""

from django.apps import AppConfig


class ClaudeConfig(AppConfig):
    """What Django must know of the app."""

    name = "claude"
    verbose_name = "Claude"
    default_auto_field = "django.db.models.BigAutoField"
