"""The shapes of reports, circles and the definitions of metrics."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Schema
from pydantic import BaseModel, Field

from postroom.api.schemas import Time

Day = Annotated[str, Field(description="A day.", examples=["2026-11-15"])]


class Value(BaseModel):
    """What a metric came to."""

    # No ``Schema``: of that a year's report would take twice as long.

    value: int | float | None = Field(description="In the metric's unit; null: there is none.")
    count: int | None = Field(
        description="How many interactions or days it rests on, of a team how many people; null: nothing is known of "
        "that time, or of a team fewer than five people have a value."
    )


Block = dict[str, Value] | None


class Days(Schema):
    """The first and the last day."""

    start: Day
    end: Day


class ReportWeek(Days):
    """The values of a week, Sunday to Saturday; by metric."""

    all: dict[str, Value]
    int: dict[str, Value]
    ext: dict[str, Value]


class Coverage(Schema):
    """How much of the user's mail of the period is counted."""

    percent: float | None = Field(description="With one decimal; null: there is no mail.")
    counted: int
    known: int
    not_counted: dict[str, int] = Field(
        description="How many are not, by reason, drafts, spam and trash too; of another's report empty."
    )


class Blocks(Schema):
    """Values in ALL, INT (with colleagues) and EXT (with outsiders), by metric; null where nothing is told."""

    all: Block
    int: Block
    ext: Block
    weeks: list[ReportWeek] = Field(
        description="Each week of the period in order; empty where nothing is told."
    )


class OfUser(Schema):
    """Of whom a report is."""

    user: str
    period: Days
    collected: bool = Field(description="False: the user does not collect passive data, so nothing is told.")
    recomputing: bool = Field(description="Something changed, or waits to be counted, that is not in it yet.")


class OfEmployee(OfUser):
    """Of whom an employee report is, and on how much it rests."""

    coverage: Coverage | None


class OfTeam(Schema):
    """Of which team a report is."""

    manager: str | None
    department: str | None
    period: Days
    people: int | None = Field(description="How many collect passive data; null: too few.")
    too_few: bool = Field(description="Fewer than five people, or too near another team: nothing is told.")
    too_near: bool = Field(description="Of these: five or more, of whom too few are not in another team.")


# The fields of the last base come first.
class EmployeeReport(Blocks, OfEmployee):
    """The employee report of a user."""


class TeamReport(Blocks, OfTeam):
    """The medians of a team, by its people."""


class Parts(Schema):
    """What a connection is made of, over the period; sent and received as the user sees it."""

    sent_mails: int
    received_mails: int
    sent_chats: int
    received_chats: int
    sent_reactions: int
    received_reactions: int
    calls: int
    meetings: int
    talked_seconds: int = Field(description="How long calls and meetings took together.")


class Colleague(Schema):
    """A colleague in a circle."""

    user: str
    name: str
    strength: int = Field(description="1 to 100, of the greatest in this circle.")
    before: int | None = Field(
        description="What it was in as many weeks before, by the same measure: maybe above 100; null: none then."
    )
    reciprocity: int | None = Field(
        description="Percent: 100 where as much came as went; null where they only met."
    )
    last_at: Time
    parts: Parts


class Charted(Schema):
    """Somebody of the organization chart."""

    user: str
    name: str
    relation: Literal["manager", "colleague", "report"] = Field(
        description="A colleague has the same manager."
    )
    strength: int | None = Field(description="As in the circle; null: there was no connection.")


class Circle(OfUser):
    """The collaboration circle of a user."""

    colleagues: list[Colleague] = Field(description="Up to 50, the strongest first; all of them collect too.")
    further: int | None = Field(description="Colleagues who may be named, of a weaker connection.")
    not_named: int | None = Field(
        description="Colleagues who are not named, as they do not collect passive data."
    )
    chart: list[Charted] = Field(
        description="The user's part of the organization chart, of up to 100: the manager, colleagues, reports."
    )
    chart_not_named: int | None = Field(
        description="How many in it do not collect passive data; null: fewer than five, if any."
    )


class Metric(Schema):
    """The definition of a metric, the same in ALL, INT and EXT."""

    name: str
    title: str
    unit: Literal["count", "seconds", "percent", "clock"]
    over_weeks: Literal["sum", "median", "share"] = Field(
        description="How weeks become the value of a longer period."
    )
    count: str = Field(description="What `count` counts, by the name of that figure.")
    definition: str
    excludes: str = Field(description="What it leaves out.")


class Metrics(Schema):
    """All metrics, and what their units and ways mean."""

    version: int = Field(description="Of the definitions; raised when a figure changes its meaning.")
    prefixes: dict[str, str] = Field(description="What stands before a title in each block.")
    units: dict[str, str]
    over_weeks: dict[str, str]
    metrics: list[Metric] = Field(description="In the order in which they are shown.")
