"""Addresses of yours that are called when something has happened, and what was sent to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

from interlinear.resources import Resource
from interlinear.shapes import (
    DeliveryDetailShape,
    DeliveryShape,
    WebhookShape,
    WebhookWithSecret,
)

Id = str | UUID
Delivered = Literal["pending", "delivered", "failed"]


class Webhooks(Resource):
    """Webhooks of the organization. All calls take the scope `webhooks:manage`."""

    def list(self) -> list[WebhookShape]:
        """All of them, oldest first, without their secrets."""
        return cast(list[WebhookShape], self._call("GET", "/api/v1/webhooks")["webhooks"])

    def create(
        self, url: str, *, events: Sequence[str], description: str = ""
    ) -> WebhookWithSecret:
        """Makes one; its `secret` checks our signatures."""
        value = {"url": url, "events": [*events], "description": description}
        answer = self._write("POST", "/api/v1/webhooks", value)
        return cast(WebhookWithSecret, answer.json())

    def get(self, webhook_id: Id) -> WebhookShape:
        """One, with its state and since when it has been failing."""
        path = "/api/v1/webhooks/{webhook_id}"
        return cast(WebhookShape, self._call("GET", path, webhook_id=str(webhook_id)))

    def change(self, webhook_id: Id, **fields: Any) -> WebhookShape:
        """Changes what is given of `url`, `events`, `description` and `enabled`, as it is now."""
        path = "/api/v1/webhooks/{webhook_id}"
        headers = {"If-Match": "*"}
        answer = self._write("PATCH", path, fields, headers=headers, webhook_id=str(webhook_id))
        return cast(WebhookShape, answer.json())

    def delete(self, webhook_id: Id) -> None:
        """Deletes it with its log; what is on its way is given up."""
        self._call("DELETE", "/api/v1/webhooks/{webhook_id}", webhook_id=str(webhook_id))

    def secret(self, webhook_id: Id) -> str:
        """The secret that signs now. The audit trail notes that you asked."""
        path = "/api/v1/webhooks/{webhook_id}/secret"
        return cast(str, self._call("GET", path, webhook_id=str(webhook_id))["secret"])

    def rotate(self, webhook_id: Id) -> WebhookWithSecret:
        """A new secret; the one before signs as well for 24 hours."""
        path = "/api/v1/webhooks/{webhook_id}/rotate"
        return cast(WebhookWithSecret, self._call("POST", path, webhook_id=str(webhook_id)))

    def test(self, webhook_id: Id) -> DeliveryShape:
        """Sends `webhook.test`, once; `delivery` tells a moment later how it went."""
        path = "/api/v1/webhooks/{webhook_id}/test"
        return cast(DeliveryShape, self._call("POST", path, webhook_id=str(webhook_id)))

    def deliveries(
        self, webhook_id: Id, *, state: Delivered | None = None, limit: int | None = None
    ) -> Iterator[DeliveryShape]:
        """What was sent in the last 30 days, newest first."""
        path = "/api/v1/webhooks/{webhook_id}/deliveries"
        asked = {"state": state, "limit": limit}
        return self._pages(path, "deliveries", asked, webhook_id=str(webhook_id))

    def delivery(self, webhook_id: Id, delivery_id: Id) -> DeliveryDetailShape:
        """One delivery with its tries, and its body as it is sent."""
        path = "/api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}"
        ids = {"webhook_id": str(webhook_id), "delivery_id": str(delivery_id)}
        return cast(DeliveryDetailShape, self._call("GET", path, **ids))

    def replay(self, webhook_id: Id, delivery_id: Id) -> DeliveryShape:
        """Sends it once more, with the same id and body."""
        path = "/api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/replay"
        ids = {"webhook_id": str(webhook_id), "delivery_id": str(delivery_id)}
        return cast(DeliveryShape, self._call("POST", path, **ids))

    def replay_failed(self, webhook_id: Id, *, since: datetime) -> int:
        """Sends once more what failed and was made at `since` or later; how many that are."""
        if since.tzinfo is None:
            raise ValueError("`since` needs a time zone.")
        path = "/api/v1/webhooks/{webhook_id}/replay"
        value = {"since": since.isoformat()}
        answer = self._write("POST", path, value, webhook_id=str(webhook_id))
        return cast(int, answer.json()["replayed"])
