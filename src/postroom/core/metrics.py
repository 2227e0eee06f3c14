"""The metrics of the employee report: each is defined here once, for pages, API, exports and documentation (E1-E7).

How they are computed from interactions is ``postroom.measure``; how weeks become a period is ``core.report``. Whoever
changes what a figure means raises ``VERSION``: all roll-ups are made anew then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

VERSION: Final = 1
"""Of the definitions and of the roll-ups made by them."""

ALL, INT, EXT = "all", "int", "ext"
BLOCKS: Final = {ALL: "", INT: "INT: ", EXT: "EXT: "}
"""Block → what stands before the titles of its metrics (E1)."""

KINDS: Final = ("mail", "chat", "reaction", "call", "meeting", "task", "comment")
"""The kinds of interactions, in the order of their numbers in columns."""
MET: Final = frozenset({"call", "meeting"})
"""Kinds in which people are together: they have a length of their own, and everybody in one does something."""

ACTIVITY_SECONDS: Final = {"mail": 300, "chat": 60, "reaction": 10, "task": 300, "comment": 60}
"""How long an activity of each kind is taken to last, for the digital week; calls and meetings say it themselves."""

FIGURES: Final = (
    "received_mails",
    "answered_mails",
    "sent_mails",
    "responses",
    "response_time",
    "received_chats",
    "sent_chats",
    "received_reactions",
    "sent_reactions",
    "calls",
    "meetings",
    "active_days",
    "day_start",
    "day_end",
    "day_length",
    "week_length",
)
"""What is kept of a week and a block, in this order; ``NONE`` where there is no such value."""
NONE: Final = -1

COUNT, SECONDS, PERCENT, CLOCK = "count", "seconds", "percent", "clock"
UNITS: Final = {
    COUNT: "A number.",
    SECONDS: "Seconds.",
    PERCENT: "Percent, 0 to 100, with one decimal.",
    CLOCK: "Seconds after midnight of the day, by the clock in the user's time zone; after midnight above 86,400.",
}

SUM, MEDIAN, SHARE = "sum", "median", "share"
OVER_WEEKS: Final = {
    SUM: "The sum of its weeks.",
    MEDIAN: "The median of its weeks that have a value.",
    SHARE: "Computed of the whole period at once.",
}
"""How weeks become the value of a longer period."""

_MAILINGS: Final = (
    "Automatic mail and mailings: Auto-Submitted, Precedence bulk or list, List-Id, List-Unsubscribe, an empty "
    "return path, no-reply senders, calendar answers."
)


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric, the same in each block."""

    name: str
    """Its name in API and exports, and of its page."""
    title: str
    """As it is shown, after the block's prefix."""
    unit: str
    over_weeks: str
    of: tuple[str, ...]
    """The figures of ``FIGURES`` it is made of: the value, or of a share the part and the whole."""
    count: str
    """The figure that says how many interactions, or days, its value rests on."""
    definition: str
    excludes: str


METRICS: Final = (
    Metric(
        "received_mails",
        "Number of received emails",
        COUNT,
        SUM,
        ("received_mails",),
        "received_mails",
        "Emails that came to the user in the week. In INT those sent by a colleague, in EXT those sent by somebody "
        "outside.",
        _MAILINGS,
    ),
    Metric(
        "sent_mails",
        "Number of sent emails",
        COUNT,
        SUM,
        ("sent_mails",),
        "sent_mails",
        "Emails that the user sent in the week. One with recipients on both sides counts once in ALL, once in INT and "
        "once in EXT.",
        "Automatic answers and other mail that marks itself as automatic.",
    ),
    Metric(
        "response_time",
        "Average response time to emails",
        SECONDS,
        MEDIAN,
        ("response_time",),
        "responses",
        "For each email sent in the week that answers one received: when it was sent less when that was received. The "
        "week's value is the median. An email answers the last of the mails it refers to (References, In-Reply-To), "
        "if the user received it and not later than the answer. It counts in the block of the email it answers.",
        "Answers to one's own mail, and to automatic mail.",
    ),
    Metric(
        "response_share",
        "Percent of responses to emails",
        PERCENT,
        SHARE,
        ("answered_mails", "received_mails"),
        "received_mails",
        "How many of the emails received in the week the user answered, whenever that was; so the value of a week that "
        "is over may still rise.",
        _MAILINGS + " A week in which nothing was received has no value.",
    ),
    Metric(
        "day_start",
        "Digital day start",
        CLOCK,
        MEDIAN,
        ("day_start",),
        "active_days",
        "The time of the first activity of a day: an email, chat message, reaction, comment or task of the user's own, "
        "a call or a meeting. What is done between 00:00 and 04:00 belongs to the day before. The week's value is "
        "the mean over days with activity.",
        "Received mail and messages, automatic answers.",
    ),
    Metric(
        "day_end",
        "Digital day end",
        CLOCK,
        MEDIAN,
        ("day_end",),
        "active_days",
        "The time of the last activity of a day; a call or a meeting ends when it is over, at 04:00 at the latest. The "
        "week's value is the mean over days with activity.",
        "Received mail and messages, automatic answers.",
    ),
    Metric(
        "day_length",
        "Digital day length",
        SECONDS,
        MEDIAN,
        ("day_length",),
        "active_days",
        "From the first to the last activity of a day. The week's value is the mean over days with activity.",
        "Received mail and messages, automatic answers.",
    ),
    Metric(
        "week_length",
        "Digital week length",
        SECONDS,
        MEDIAN,
        ("week_length",),
        "active_days",
        "The time of the week that its activities cover, where they overlap counted once. An email or a task is taken "
        "to last 5 minutes, a chat message or a comment 1 minute, a reaction 10 seconds; a call and a meeting as "
        "long as they did, up to 04:00.",
        "Received mail and messages, automatic answers.",
    ),
    Metric(
        "received_chats",
        "Number of received chat messages",
        COUNT,
        SUM,
        ("received_chats",),
        "received_chats",
        "Chat messages of others in the user's chats. In INT those by a colleague, in EXT those by somebody outside.",
        "Messages that mark themselves as automatic.",
    ),
    Metric(
        "sent_chats",
        "Number of sent chat messages",
        COUNT,
        SUM,
        ("sent_chats",),
        "sent_chats",
        "Chat messages the user wrote. One in a chat with both sides counts in INT and in EXT.",
        "Messages that mark themselves as automatic.",
    ),
    Metric(
        "received_reactions",
        "Number of received reactions",
        COUNT,
        SUM,
        ("received_reactions",),
        "received_reactions",
        "Reactions of others to messages in the user's chats that name the user.",
        "None.",
    ),
    Metric(
        "sent_reactions",
        "Number of sent reactions",
        COUNT,
        SUM,
        ("sent_reactions",),
        "sent_reactions",
        "Reactions the user gave.",
        "None.",
    ),
    Metric(
        "calls",
        "Number of calls",
        COUNT,
        SUM,
        ("calls",),
        "calls",
        "Calls the user took part in, by the time they began. In INT those with a colleague, in EXT those with "
        "somebody outside, with both in both.",
        "None.",
    ),
    Metric(
        "meetings",
        "Number of meetings",
        COUNT,
        SUM,
        ("meetings",),
        "meetings",
        "Meetings the user took part in, by the time they began. In INT those with a colleague, in EXT those with "
        "somebody outside, with both in both.",
        "None.",
    ),
)
"""All of them, in the order in which they are shown."""

BY_NAME: Final = {metric.name: metric for metric in METRICS}


def title_of(metric: Metric, block: str) -> str:
    """The title of a metric in a block, such as ``EXT: Number of sent emails``."""
    return BLOCKS[block] + metric.title
