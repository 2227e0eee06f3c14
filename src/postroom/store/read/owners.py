"""The users in whose mailboxes copies stand, by their sealed addresses."""

from __future__ import annotations

from postroom.core.seal import Seal, SealedAddress
from postroom.store.read.messages import owners_of


class Owners(dict[int, SealedAddress]):
    """The sealed e-mail addresses of users by id, looked up when first asked for."""

    def __init__(self, seal: Seal) -> None:
        super().__init__()
        self._seal = seal

    def __missing__(self, user: int) -> SealedAddress:
        sealed = self[user] = self._seal.sealed(owners_of([user])[user])
        return sealed
