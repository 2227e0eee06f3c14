"""Why something that was asked for is refused, in stable names with their sentences.

The names stand in the API's results and problems, in the command line's messages and in
``docs/reference/api.md``. A refusal is the caller's error: it never carries what the caller sent.
"""

from __future__ import annotations

from typing import Final

from postroom.core.reasons import DECIDED
from postroom.core.weeks import FIRST_YEAR, LAST_YEAR, MOST_WEEKS

REJECTIONS: Final = {
    "account_ambiguous": "Several accounts have this name; give the id.",
    "account_has_domain": "An account has this domain; what belongs to a customer cannot be inside.",
    "account_unknown": "No account has this id or name.",
    "act_unknown": "The audit log knows no such act; the manual lists them under Audit.",
    "activity_type_unknown": "An activity is a call, meeting, task or comment.",
    "alias_taken": "Another user has this address.",
    "another_mailbox": "This user's mail comes from another mailbox; connect the one with the address it had before.",
    "backfill_invalid": "A number of days to go back, from 0 to 3,650.",
    "central_is_on": "Centralized Connect needs this; switch it off first.",
    "central_not_set_up": "Reading all mailboxes needs a secret of its own; set it up first.",
    "chat_type_unknown": "A chat is `direct`, `group` or `channel`.",
    "client_incomplete": "What identifies the client goes together; one of it is missing.",
    "connected_centrally": "An administrator connected this mailbox; only an administrator ends that.",
    "consent_text_changed": "This is not the text of now. Read it with GET /my-data, then decide again.",
    "count_invalid": "A count is a whole number from 0 on.",
    "csv_column_twice": "A column stands there twice.",
    "csv_column_unknown": "There is no such column; a column of your own is called custom: and its name.",
    "csv_email_missing": "The first line names the columns, and email must be among them.",
    "csv_malformed": "This is no CSV: a quotation mark is not closed, or stands where none may.",
    "csv_not_text": "This is no CSV file.",
    "csv_too_long": "A file has at most 5,000 rows; divide it.",
    "csv_too_many_cells": "The row has more cells than the first line has columns.",
    "custom_invalid": "Up to three attributes of one's own, each a text of at most 200 characters.",
    "date_invalid": "A date is written 2026-11-21.",
    "date_required": "An item needs its date.",
    "days_invalid": "A number of days, from 1 to 3,650.",
    "default_account_not_linked": "The default account must be one of the person's accounts.",
    "domain_twice": "The same domain is given twice, with different settings.",
    "email_invalid": "This is no e-mail address.",
    "email_required": "An e-mail address is a must.",
    "ends_before_it_begins": "The end lies before the start.",
    "field_required": "This field is a must.",
    "free_mail_domain": "Anybody can have an address there; use force if you mean it.",
    "grace_invalid": "The token before works for 0 to 168 hours more.",
    "header_invalid": "A header's name has letters, digits and hyphens.",
    "host_invalid": "Write the mail server's name alone, such as imap.us.example.",
    "id_required": "An item needs an id.",
    "invitation_invalid": "This invitation was used, has expired or never was.",
    "job_cannot_stop": "Work that erases goes on to its end.",
    "job_goes_well": "Only work that failed or was cancelled is tried again.",
    "job_has_ended": "The work has ended already.",
    "label_gone": "The provider has this label no more.",
    "label_holds_labels": "This label only holds other labels, and no mail.",
    "label_required": "A label needs a name.",
    "last_admin": "The last user with admin access keeps it.",
    "lasts_too_long": "An activity lasts 366 days at most.",
    "later_click": "A later click on Apply stands; undo that one first.",
    "lens_unknown": "The lenses are customer and people; a source feeds one of them or both.",
    "lenses_invalid": "Lenses are customer, and people beside it.",
    "locale_invalid": "A locale is written en or en-GB.",
    "login_exists": "The address signs in to another workspace, with another password; see postroom user reset-login.",
    "mailbox_disconnected": "The mailbox is not connected; connect it first.",
    "master_incomplete": "A master user, the password and the host go together; one of them is missing.",
    "mode_of_owner": "Only its owner lets more of a mailbox be kept.",
    "mode_unknown": "What is kept is `full`, `subject` or `metadata`.",
    "more_than_total": "No more mails can be uploaded than lie there.",
    "name_or_email_required": "A person needs a name or an e-mail address.",
    "name_required": "A name is a must.",
    "name_taken": "This name is taken already.",
    "not_a_domain": "This is no mail domain.",
    "not_an_address": "This is no e-mail address.",
    "not_an_address_or_domain": "This is neither an e-mail address nor a mail domain.",
    "not_an_mbox": "The body does not begin with the From line of an mbox.",
    "not_an_object": "A record is a JSON object.",
    "not_with_raw": "The raw mail says this itself; send it without.",
    "not_your_address": "The mailbox has an address that is none of this user's.",
    "organization_domain": "This is a domain of the company.",
    "owner_unknown": "No user has this address.",
    "password_refused": "The password is too short (ten characters at least) or too common.",
    "permission_unknown": "No permission has this name.",
    "plain_not_allowed": "An administrator has to allow reading without encryption first.",
    "port_invalid": "A port is a number from 1 to 65,535.",
    "public_suffix": "Everybody registers domains below this one; name a domain of the company's own.",
    "push_is_over": "A later click on Apply decides, so this one is not tried again.",
    "raw_invalid": "A raw mail is sent in base64, without line ends, and is not empty.",
    "raw_too_large": "A mail has at most 35 MiB.",
    "reason_unknown": f"No decision has this reason. There are {', '.join(DECIDED)}.",
    "role_in_use": "Users have this role; say which role they get instead.",
    "role_not_allowed": "Only who has admin access gives or takes a role that goes beyond Manager and oneself.",
    "role_unknown": "No role has this name.",
    "scope_required": "A token needs a scope at least.",
    "scope_unknown": "No permission has this name.",
    "secret_again": "The stored one is not sent to another place; enter it again, or take it out.",
    "security_unknown": "A connection is secured by tls or starttls, or by none.",
    "separator_invalid": "What stands between user and master user is one to five characters, without spaces and @.",
    "service_account_invalid": "This is no key of a service account; send the whole JSON file as Google made it.",
    "team_ambiguous": "Name a manager or a department: one of them.",
    "tenant_invalid": "Write the directory's ID: 8-4-4-4-12 hexadecimal digits, never common.",
    "text_invalid": "The text holds characters that cannot be kept.",
    "time_implausible": "This lies before 1970 or in the future; upload what is planned once it is over.",
    "time_invalid": "A time is written 2026-11-21T10:00:00Z, a day 2026-11-21.",
    "time_zone_unknown": "A time zone is written Europe/Berlin.",
    "too_large": "The mail is larger than 35 MiB; ask with its Message-ID.",
    "too_long": "The text is too long.",
    "too_many": "These are too many for one record.",
    "too_many_roles": "A workspace has at most 100 roles of its own.",
    "too_many_tries": "Too many wrong passwords lately; wait a quarter of an hour.",
    "undo_nothing": "It changed nothing for anybody, so there is nothing to undo.",
    "undo_too_early": "It is still under way; wait for its end, or cancel it.",
    "undo_too_late": "It can be undone for 30 days, and they are over.",
    "undo_unknown": "What such a job does cannot be undone here.",
    "undone_before": "It was undone before.",
    "units_invalid": "Units a minute are a whole number from 600 to 1,000,000.",
    "unknown_field": "This field does not exist.",
    "unknown_user": "Nobody of those it concerns is a user of the workspace.",
    "user_disabled": "The user is disabled; enable the user first.",
    "user_not_allowed": "Only who has all that this user's role gives invites, disables and enables them.",
    "user_required": "The address of a user is a must.",
    "user_unknown": "No user of the workspace has this address; add one with postroom user add.",
    "value_required": "An address or domain is a must.",
    "visibility_unknown": "Others see everything, subject or existence.",
    "way_not_set_up": "An administrator has to set this up first.",
    "wrong_type": "The value is of the wrong kind.",
}
"""Each reason for a refusal, and its sentence."""

WARNINGS: Final = {
    "address_of_person": "A person has this address; as it is inside, it matches that person no more.",
    "address_shared": "Another person has this address too; mail is filed on all of them.",
    "below_organization_domain": "A domain of the company lies above it, without its subdomains: it counts as outside.",
    "blocks_account": "An account has this domain, or one below it; new mail with it stays out.",
    "blocks_free_mail": "Anybody can have an address there; mail with all of them stays out.",
    "blocks_person": "A person has this address; new mail with it stays out.",
    "blocks_user": "A user has this address; no mail with it comes in any more, whoever else is in it.",
    "domain_on_another_account": "Another account has this domain too; created persons are linked to both.",
    "excluded_address": "The address is excluded, which is stronger: it stays outside.",
    "inside_address": "The address is inside the company and never matches a person.",
    "known_since_in_future": "Known since is in the future; all mail from before stays out.",
    "manager_loop": "The line of managers leads back to this user.",
    "manager_unknown": "No user has the manager's address.",
}
"""What was stored all the same, and is worth a look."""

BAD_PERIODS: Final = {
    "end_not_saturday": "A period ends on a Saturday.",
    "period_day_invalid": "A day of a period is written 2026-11-21.",
    "period_ends_before_start": "A period ends after it starts.",
    "period_incomplete": "A period needs both days, start and end.",
    "period_out_of_range": f"Weeks are told of the years {FIRST_YEAR} to {LAST_YEAR}.",
    "period_too_long": f"A period has {MOST_WEEKS} weeks at most.",
    "start_not_sunday": "A period starts on a Sunday.",
}
"""Why two days are no period of a report (E7), and the sentence; see ``core.weeks.BadPeriod``."""


class Rejected(Exception):
    """What was asked for is refused; ``field`` names the part of the caller's record that is meant."""

    def __init__(self, reason: str, field: str | None = None) -> None:
        super().__init__(REJECTIONS[reason])
        self.reason = reason
        self.field = field


class NotFound(Exception):
    """Nothing of this id is there, in this workspace."""
