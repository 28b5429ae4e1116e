"""Translation: documents, jobs, runs, segments and targets, and the work that fills them."""

from django.apps import AppConfig


class TranslationConfig(AppConfig):
    name = "translation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Names the task that empties a lane, and what translation holds of customers."""
        from accounts import erasure
        from common import queue
        from translation.services import erasing

        queue.drain_with("translation.drain")
        holder = erasure.Holder(
            erase=erasing.erase, count=erasing.count, tell=erasing.tell, forget=erasing.forget
        )
        erasure.register("translation", holder)
