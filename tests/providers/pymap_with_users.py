"""Starts pymap with its mail in memory and users of ours. Run by the Python of .venv/stand-ins.

The users are ``user-N@us.example`` with the password ``the password of N``, and ``master``, who may act for all.
"""

from typing import Any

from pymap.backend.dict import Config, DictBackend, Login
from pymap.main import main
from pymap.user import UserMetadata
from pysasl.hashing import BuiltinHash

MOST_USERS = 500


async def _add_users(config: Config, login: Login) -> None:
    passwords = BuiltinHash(rounds=1)
    users: list[tuple[str, str, Any]] = [
        (f"user-{number}@us.example", f"the password of {number}", frozenset())
        for number in range(1, MOST_USERS + 1)
    ]
    users.append(("master", "the key to all of them", frozenset({"admin"})))
    for name, password, roles in users:
        login.users_dict[name] = UserMetadata(config, name, password=passwords.hash(password), roles=roles)


DictBackend._add_demo_user = staticmethod(_add_users)  # type: ignore[assignment]

if __name__ == "__main__":
    main()
