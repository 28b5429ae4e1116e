"""The one door to Claude: calls, their records and what they cost."""

from django.apps import AppConfig


class ClaudeConfig(AppConfig):
    """What Django must know of the app."""

    name = "claude"
    verbose_name = "Claude"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make usable models a condition of /readyz."""
        from claude.services import readiness_objection
        from common.http import register_ready_check

        register_ready_check("claude", readiness_objection)
