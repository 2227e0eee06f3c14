"""Where the data lies and how the server is set up: read from ``POSTROOM_…`` variables, nowhere else."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Config(BaseSettings):
    """The settings of this installation; ``docs/reference/settings.md`` lists them."""

    model_config = SettingsConfigDict(env_prefix="POSTROOM_", extra="ignore")

    data_dir: Path = Field(default=Path("data"), description="Folder of the database and the keys.")
    database_url: str = Field(default="", description="PostgreSQL address; empty: SQLite in the data folder.")
    secret_key: str = Field(default="", description="Signs sessions; empty: a key file in the data folder.")
    encryption_keys: str = Field(
        default="",
        description="Fernet keys, newest first, comma-separated; empty: a key file in the data folder.",
    )
    hosts: str = Field(default="localhost,127.0.0.1,[::1]", description="Host names the server answers to.")
    https: bool = Field(
        default=False, description="Whether people reach it by HTTPS: cookies get the __Host- prefix."
    )
    debug: bool = Field(default=False, description="Django's debug pages; never on a server others reach.")
    calls_per_minute: int = Field(default=600, description="API calls a minute and token before 429.")

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, address: str) -> str:
        if address and not address.startswith(("postgresql://", "postgres://")):
            raise ValueError("write postgresql://user:password@host/name")
        return address

    def key_file(self, name: str, make: str) -> str:
        """Read the key in ``data_dir/name``, writing ``make`` there first (mode 0600) where none is."""
        path = self.data_dir / name
        try:
            return path.read_text().strip()
        except FileNotFoundError:
            self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Linked into place whole: a process killed half-way leaves no empty key, and of two the first wins.
        fresh = self.data_dir / f".{name}.{secrets.token_hex(4)}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(make)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        return path.read_text().strip()


@lru_cache(maxsize=1)
def config() -> Config:
    """The configuration, read once per process."""
    return Config()
