"""The limits told are those in force."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from pages import read, sections, table

from postroom.actions.explain import MAX_RAW_BYTES
from postroom.actions.invite import VALID_DAYS
from postroom.actions.item_record import MAX_ID_CHARS as MAX_ITEM_ID_CHARS
from postroom.actions.item_record import MAX_PEOPLE
from postroom.actions.remember_answer import KEPT
from postroom.actions.second_factor import TRIES_OF_CODE
from postroom.actions.sign_in import TRIES_OF_ADDRESS, TRIES_OF_BOTH, TRIES_OF_CLIENT, WINDOW_SECONDS
from postroom.actions.users_csv import MAX_ROWS as MOST_USERS
from postroom.api.access import MAX_ITEMS, ROUTES
from postroom.api.streams import MAX_RATIO, STALLED_AFTER_SECONDS
from postroom.config import Config
from postroom.core.mail.message_ids import MAX_ID_CHARS, NEWEST_REFERENCES
from postroom.core.mail.mime import MAX_ATTACHMENTS, MAX_LEVELS, MAX_TEXT_CHARS
from postroom.core.mail.participants import MAX_RECIPIENTS
from postroom.core.weeks import MOST_WEEKS
from postroom.providers.files import MAX_MAIL_BYTES
from postroom.reader import Limits
from postroom.web.forms import MAX_LINES
from postroom.web.kept_text import KEPT_SECONDS
from postroom.web.pages.account_edit import MAX_ROWS
from postroom.web.pages.sign_in_provider import BEGUN_SECONDS
from postroom.web.pages.user_add import MAX_BYTES
from postroom.web.sessions import FRESH_SECONDS, WAITING_SECONDS

MIB = 1024 * 1024
WINDOW = f"in {WINDOW_SECONDS // 60} minutes"


def _told(section: str) -> dict[str, str]:
    return {row[0]: row[1] for row in table(sections(read("reference/limits.md"))[section], "what")}


def test_limits_of_reading() -> None:
    assert _told("Reading mail") == {
        "processor time to read one message": f"{Limits().seconds:.0f} s",
        "time on the clock for one message, in each stage": f"{Limits().seconds_on_the_clock:.0f} s",
        "memory to read one message": f"{Limits().memory // MIB} MiB",
        "size of one message": f"{MAX_MAIL_BYTES // MIB} MiB",
        "MIME levels": f"{MAX_LEVELS}",
        "recipients": f"{MAX_RECIPIENTS:,}",
        "text of one message": f"{MAX_TEXT_CHARS:,} characters",
        "attachments listed": f"{MAX_ATTACHMENTS:,}",
        "references": f"{NEWEST_REFERENCES + 1}: the first and the newest {NEWEST_REFERENCES}",
        "Message-ID": f"{MAX_ID_CHARS} characters",
        "a file, an mbox, a Maildir, a folder": "none",
    }


def test_limits_of_the_api() -> None:
    json_bytes = ROUTES["users"]["POST"].max_bytes
    calls = Config.model_fields["calls_per_minute"].default
    assert _told("API") == {
        "records in one call": f"{MAX_ITEMS:,}",
        "size of one call, uncompressed": f"{json_bytes // MIB} MiB; {MAX_RAW_BYTES // MIB} MiB for one raw mail",
        "an mbox that is uploaded": "none",
        "a body in gzip": f"{MAX_RATIO} times its length on the way, once it is over 1 MiB",
        "a pause within a body": f"{STALLED_AFTER_SECONDS} s",
        "the id of an uploaded item": f"{MAX_ITEM_ID_CHARS} characters",
        "people of an uploaded item": f"{MAX_PEOPLE:,}",
        "an answer kept under an Idempotency-Key": f"{KEPT // timedelta(hours=1)} hours",
        "weeks of a report or circle": f"{MOST_WEEKS}",
        "calls a minute and token": f"{calls} ([setting](settings.md))",
    }


def test_limits_of_pages() -> None:
    assert _told("Pages") == {
        "lines in one form": f"{MAX_LINES:,}",
        "users in one CSV file": f"{MOST_USERS:,}, and {MAX_BYTES // MIB} MiB",
        "a CSV file that is looked at before it counts": f"{KEPT_SECONDS // 60} minutes",
        "domains of an account in its form": f"{MAX_ROWS}",
    }


def test_limits_of_signing_in() -> None:
    assert _told("Signing in") == {
        "an invitation link": f"{VALID_DAYS} days; works once",
        "a session": f"{settings.SESSION_COOKIE_AGE // 86_400} days",
        "failed tries for one address from one client": f"{TRIES_OF_BOTH} {WINDOW}",
        "failed tries for one address": f"{TRIES_OF_ADDRESS} {WINDOW}",
        "wrong codes of a second factor for one login": f"{TRIES_OF_CODE} {WINDOW}",
        "the time for a code after the password": f"{WAITING_SECONDS // 60} minutes",
        "the time for signing in at a provider": f"{BEGUN_SECONDS // 60} minutes",
        "a proof before changing how one signs in": f"{FRESH_SECONDS // 60} minutes",
        "failed tries from one client": f"{TRIES_OF_CLIENT} {WINDOW}",
    }
