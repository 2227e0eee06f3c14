"""The workspace that the examples of reports are written for."""

from __future__ import annotations

from typing import Any

from api_client import ApiClient

from postroom.actions.add_organization import add_organization
from postroom.actions.add_users import add_users
from postroom.actions.process_uploads import process_some
from postroom.actions.roll_up import roll_up
from postroom.actions.set_consent import set_consent
from postroom.store.models import User, Workspace

ME = "command line"
ANA, BEN, CLEO, KIM = "ana@acme.com", "ben@acme.com", "cleo@acme.com", "kim@customer.example"
WEEK = "start=2026-11-08&end=2026-11-14"


def mail(id_: str, date: str, sender: str, to: str, answers: str | None = None) -> dict[str, Any]:
    """A mail in Ana's mailbox."""
    folder = "sent" if sender == ANA else "inbox"
    record = {"id": id_, "user": ANA, "date": date, "folder": folder, "from": sender, "to": [to]}
    return record | {"message_id": f"{id_}@acme.com", "in_reply_to": answers}


def an_office(workspace: Workspace, upload: ApiClient) -> Workspace:
    """Ana writes to Ben and to a customer, and meets Ben; Cleo, their manager, does not consent."""
    add_organization(workspace, ["acme.com"], actor=ME)
    people = [
        {"email": CLEO, "name": "Cleo Ito"},
        {"email": ANA, "name": "Ana Ruiz", "manager_email": CLEO},
        {"email": BEN, "name": "Ben Ode", "manager_email": CLEO},
    ]
    add_users(workspace, people, actor=ME)
    set_consent(
        workspace,
        [(user, True) for user in User.objects.filter(email__in=(ANA, BEN))],
        actor=ME,
        how="command line",
    )
    mails = [
        mail("1", "2026-11-09T09:30:00Z", ANA, BEN),
        mail("2", "2026-11-09T10:00:00Z", BEN, ANA, "1@acme.com"),
        mail("3", "2026-11-10T08:00:00Z", KIM, ANA),
        mail("4", "2026-11-10T08:40:00Z", ANA, KIM, "3@acme.com"),
    ]
    met = {"id": "1", "type": "meeting", "user": ANA, "participants": [BEN]}
    met |= {"start": "2026-11-10T13:00:00Z", "end": "2026-11-10T13:45:00Z"}
    assert upload.post("mail-messages", {"messages": mails})["accepted"] == 4
    assert upload.post("activities", {"activities": [met]})["accepted"] == 1
    process_some(workspace.pk)
    roll_up(workspace)
    return workspace
