"""Translation: documents, jobs, runs, segments and targets, and the work that fills them."""

from django.apps import AppConfig


class TranslationConfig(AppConfig):
    name = "translation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Names the task that empties a lane, and what translation holds of customers."""
        from accounts import erasure
        from common import queue
        from translation.services import erasing, retention

        queue.drain_with("translation.drain")
        holder = erasure.Holder(
            erase=erasing.erase,
            count=erasing.count,
            tell=erasing.tell,
            forget=erasing.forget,
            count_old=retention.count_old,
            delete_old=retention.delete_old,
        )
        erasure.register("translation", holder)
