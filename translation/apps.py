"""Translation: documents, jobs, runs, segments and targets, and the work that fills them."""

from django.apps import AppConfig


class TranslationConfig(AppConfig):
    name = "translation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Names the task that empties a lane, and says how documents are kept for a time."""
        from accounts import erasure
        from common import queue
        from translation.services.retention import count_old, delete_old

        queue.drain_with("translation.drain")
        erasure.register_keeper("translation", erasure.Keeper(count=count_old, delete=delete_old))
