"""Which languages a person is offered first."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.django_db


class TestRememberLanguages:
    def used(self, owner: Any, source: str, *targets: str) -> tuple[list[str], list[str]]:
        from accounts.services.preferences import remember_languages

        remember_languages(user_id=owner.user.pk, source=source, targets=targets)
        owner.user.refresh_from_db()
        return owner.user.recent_sources, owner.user.recent_targets

    def test_it_puts_the_newest_first_and_each_once(self, owner: Any) -> None:
        self.used(owner, "en", "de")
        self.used(owner, "nb", "fr", "de")
        assert self.used(owner, "en", "ja") == (["en", "nb"], ["ja", "fr", "de"])

    def test_it_forgets_the_oldest(self, owner: Any) -> None:
        for code in ("de", "fr", "es", "it", "nl", "sv", "da", "nb", "fi"):
            sources, targets = self.used(owner, code, code)
        assert sources == targets
        assert targets == ["fi", "nb", "da", "sv", "nl", "it", "es", "fr"]

    def test_it_writes_nothing_where_nothing_changes(
        self, owner: Any, django_assert_num_queries: Any
    ) -> None:
        from accounts.services.preferences import remember_languages

        self.used(owner, "en", "de")
        with django_assert_num_queries(1):
            remember_languages(user_id=owner.user.pk, source="en", targets=["de"])
