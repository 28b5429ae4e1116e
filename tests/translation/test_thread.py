"""The whole way of a file in one process: in, through the model, out, and billed."""

from __future__ import annotations

import re
from typing import Any

from accounts.tenancy import organization_scope


class TestTheWay:
    def test_it_delivers_a_file_with_every_placeholder_and_url(
        self, owner: Any, submit: Any, drain: Any
    ) -> None:
        from translation.services.documents import download_job

        stored = submit()
        assert drain() == 1
        out = download_job(actor=owner.actor, job_id=stored.job_ids["de"]).data.decode()
        assert out.count("{name}") == 2
        assert "https://halden.example/a?b=1" in out
        assert "Hello" not in out
        assert re.fullmatch(r".+\n\n.+\n", out)

    def test_it_bills_the_first_occurrence_once(self, owner: Any, submit: Any, drain: Any) -> None:
        from billing.models import LedgerLine, Reservation, UsagePeriod

        submit()
        drain()
        # "Hello world." 12, "Press  to go on." 16, "Read  before you start." 23
        with organization_scope(owner.organization_id):
            [line] = LedgerLine.objects.filter(organization_id=owner.organization_id)
            [held] = Reservation.objects.filter(organization_id=owner.organization_id)
            period = UsagePeriod.objects.get(organization_id=owner.organization_id)
        assert line.units == 12 + 16 + 23
        assert (held.state, period.reserved_chars) == ("settled", 0)
        assert period.settled_chars == line.units
