"""Ann, of whose four weeks something is told."""

from __future__ import annotations

from report_world import Reports, at

from postroom.store.models import Login, User

WEEKS = "start=2026-11-08&end=2026-11-21"
"""Two of them. In the two before there was something, too."""


def signing_in(user: User) -> User:
    """The same, who may sign in."""
    user.login = Login.objects.create(email=user.email)
    user.save(update_fields=["login"])
    return user


def a_told_user(reports: Reports) -> User:
    """A user with four weeks: five mails, one of them answered, a meeting, and a chat message in the night."""
    ann = signing_in(reports.user("ann@us.com", name="Ann Lee", role="Member", time_zone="Europe/Berlin"))
    bo = reports.user("bo@us.com", name="Bo Ek")
    asked, answered = at("2026-11-16 08:00", "Europe/Berlin"), at("2026-11-16 10:05", "Europe/Berlin")
    reports.had(ann, at("2026-10-27 09:00"), outside=1)
    reports.had(ann, at("2026-11-10 09:00"), outside=2, with_=[(bo, "to")], is_inside=False)
    reports.had(ann, asked, with_=[(bo, "from")], answered_at=answered)
    reports.had(ann, answered, sent=True, with_=[(bo, "to")], answered_at=asked, answered_sides=1)
    reports.had(ann, at("2026-11-17 12:00"), is_automatic=True, outside=1)
    reports.had(
        ann, at("2026-11-16 17:30", "Europe/Berlin"), "meeting", with_=[(bo, "member")], seconds=1_800
    )
    reports.had(ann, at("2026-11-17 01:30", "Europe/Berlin"), "chat", sent=True, with_=[(bo, "member")])
    reports.not_counted(ann, at("2026-11-12 09:00"), "spam")
    reports.not_counted(ann, at("2026-11-12 10:00"), "label_not_selected")
    reports.roll_up()
    return ann
