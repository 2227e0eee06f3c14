"""Users with what they had with one another, written as roll-ups."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from struct import pack
from typing import Any

from postroom.core.consent import OWN_PAGE, TEXT_VERSION
from postroom.core.metrics import BLOCKS, FIGURES
from postroom.core.rollup import DAY_FIGURES, PAIR_FIELDS, Pair
from postroom.core.seal import Seal
from postroom.core.weeks import DAY, Period, day_of, weeks_until
from postroom.store.models import Consent, RollUp, RollUpState, User, UserAddress, Workspace
from postroom.store.secrets import seal_of

CONSENTED = datetime(2026, 1, 1, tzinfo=UTC)
_NOTHING = pack(f"<{len(BLOCKS) * len(FIGURES)}i", *[0] * (len(BLOCKS) * len(FIGURES)))
_NO_DAYS = pack(f"<{len(BLOCKS) * 21}i", *[-1] * (len(BLOCKS) * 7 * len(DAY_FIGURES)))


class Circles:
    """A workspace whose users consent unless said otherwise."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.seal: Seal = seal_of(workspace)
        self._weeks: dict[tuple[int, int], list[Pair]] = defaultdict(list)

    def user(
        self, email: str, *, consents: bool = True, aliases: tuple[str, ...] = (), **attributes: Any
    ) -> User:
        """A user with these attributes; named after the address unless ``name`` says otherwise."""
        attributes.setdefault("name", email.split("@")[0].title())
        user = User.objects.create(
            workspace=self.workspace,
            email=email,
            collects_since=CONSENTED if consents else None,
            **attributes,
        )
        if consents:
            Consent.objects.create(
                user=user,
                is_given=True,
                at=CONSENTED,
                actor=email,
                how=OWN_PAGE,
                text_version=TEXT_VERSION,
            )
        for address in (email, *aliases):
            UserAddress.objects.create(
                workspace=self.workspace,
                user=user,
                address=address,
                token=self.seal.address(address),
                is_alias=address != email,
                opened_in=1,
            )
        return user

    def had(self, user: User, colleague: User, given: float = 0, got: float = 0, **fields: Any) -> None:
        """Have had something with a colleague in the last whole week; ``weeks_ago``: so many before it.

        ``given``, ``got``, ``together``: strength.
        """
        sunday = last_weeks().last - 6 - 7 * fields.pop("weeks_ago", 0)
        together = fields.pop("together", 0)
        values = dict.fromkeys(PAIR_FIELDS, 0) | {"last_at": (sunday + 2) * DAY + 36_000} | fields
        values |= {"colleague": colleague.pk}
        values |= {"given": round(given * 10_000), "got": round(got * 10_000)}
        values |= {"together": round(together * 10_000)}
        self._weeks[user.pk, sunday].append(Pair(**values))
        packed = b"".join(
            pack("<" + "".join(PAIR_FIELDS.values()), *pair) for pair in self._weeks[user.pk, sunday]
        )
        week = RollUp.objects.filter(user=user, sunday=sunday)
        if not week.update(pairs=packed):
            RollUp.objects.create(user=user, sunday=sunday, figures=_NOTHING, days=_NO_DAYS, pairs=packed)
            RollUpState.objects.get_or_create(user=user, defaults={"version": 1, "fence": 1})


def last_weeks() -> Period:
    """The last four whole weeks by the clock of UTC: what pages show unless asked for others."""
    return weeks_until(day_of(datetime.now(UTC).date()), 4)


def asked() -> str:
    """These weeks as they stand in an address."""
    return f"start={last_weeks().start.isoformat()}&end={last_weeks().end.isoformat()}"
