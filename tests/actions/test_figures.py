"""The figures of persons and accounts follow what is imported (A1)."""

from __future__ import annotations

from mail_world import K1, NOON, S1, Imports, mail

from postroom.store.models import Account, PersonAddress, Workspace
from postroom.store.read.figures import Figures, figures_of_accounts, figures_of_persons


def test_what_was_received_and_sent_is_counted_with_its_times_A1(
    company: Workspace, importing: Imports
) -> None:
    importing(
        mail(K1, [S1], id="1@x", at=NOON),
        mail(S1, [K1], id="2@x", at=NOON + 60),
        mail(K1, [S1], id="3@x", at=NOON + 120),
    )
    counted = Figures(total=3, first=NOON, last_in=NOON + 120, last_out=NOON + 60)
    person = PersonAddress.objects.get(workspace=company, address=K1).person_id
    account = Account.objects.get(workspace=company, name="Acme").pk
    assert figures_of_persons([person]) == {person: counted}
    assert figures_of_accounts([account]) == {account: counted}
