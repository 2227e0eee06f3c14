"""Where the data lies and how the server is set up: read from ``POSTROOM_…`` variables, nowhere else."""

from __future__ import annotations

import os
import re
import secrets
from functools import lru_cache
from pathlib import Path

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Config(BaseSettings):
    """The settings of this installation; ``docs/reference/settings.md`` lists them."""

    # An error must not show what was set: it may be a secret.
    model_config = SettingsConfigDict(env_prefix="POSTROOM_", extra="ignore", hide_input_in_errors=True)

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
    metrics_token: str = Field(default="", description="Opens /metrics; empty: to this machine alone.")

    smtp_url: str = Field(
        default="",
        description="Mail server for invitations: smtp://user:password@host:587; empty: links only.",
    )
    mail_from: str = Field(default="", validate_default=True, description="Whom invitations come from.")

    google_client_id: str = Field(default="", description="Sign-in with Google: the client's id.")
    google_client_secret: str = Field(default="", validate_default=True, description="And its secret.")
    microsoft_tenant: str = Field(default="", description="The company's directory at Microsoft, by its id.")
    microsoft_client_id: str = Field(default="", description="Sign-in with Microsoft: the client's id.")
    microsoft_client_secret: str = Field(default="", validate_default=True, description="And its secret.")
    oidc_name: str = Field(default="single sign-on", description="What the button calls the OIDC provider.")
    oidc_issuer: str = Field(default="", description="The OIDC provider's issuer address.")
    oidc_client_id: str = Field(default="", description="Sign-in with the OIDC provider: the client's id.")
    oidc_client_secret: str = Field(default="", validate_default=True, description="And its secret.")

    allowed_private_hosts: str = Field(
        default="", description="Hosts within one's own network that mail may be read from, comma-separated."
    )
    google_login: str = Field(
        default="https://accounts.google.com", description="Where people sign in to connect a Gmail mailbox."
    )
    google_token: str = Field(
        default="https://oauth2.googleapis.com/token", description="Where Google gives out access tokens."
    )
    google_api: str = Field(default="https://gmail.googleapis.com", description="Gmail's API.")
    google_directory: str = Field(
        default="https://admin.googleapis.com", description="Google's list of a company's users."
    )
    microsoft_login: str = Field(
        default="https://login.microsoftonline.com",
        description="Where people sign in to connect a mailbox at Microsoft, and access tokens come from.",
    )
    microsoft_graph: str = Field(default="https://graph.microsoft.com", description="Microsoft's API.")

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, address: str) -> str:
        if address and not address.startswith(("postgresql://", "postgres://")):
            raise ValueError("write postgresql://user:password@host/name")
        return address

    @field_validator("smtp_url")
    @classmethod
    def _is_smtp(cls, address: str) -> str:
        if address and not re.fullmatch(r"smtps?://([^/@]*@)?[^/@:]+(:\d{1,5})?/?", address):
            raise ValueError("write smtp://user:password@host:587, or smtps://…:465")
        return address

    @field_validator("mail_from")
    @classmethod
    def _is_sender(cls, given: str, info: ValidationInfo) -> str:
        if "smtp_url" in info.data and bool(given) != bool(info.data["smtp_url"]):
            raise ValueError("set it together with POSTROOM_SMTP_URL, or neither")
        if given and not re.fullmatch(r"[^\r\n]*[^\s@<>]@[^\s@<>]+>?", given):
            raise ValueError("write an e-mail address, such as Postroom <postroom@us.example>")
        return given

    @field_validator("microsoft_tenant")
    @classmethod
    def _is_one_directory(cls, given: str) -> str:
        # "common" and its like let in whoever has any account at Microsoft, with an address of their own say.
        if given and not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", given.lower()):
            raise ValueError("write the Directory (tenant) ID, 8-4-4-4-12 hexadecimal digits; never common")
        return given.lower()

    @field_validator("oidc_issuer")
    @classmethod
    def _is_issuer(cls, given: str) -> str:
        if given and not re.match(r"https://[^/?#]|http://(localhost|127\.0\.0\.1)(:\d+)?(/|$)", given):
            raise ValueError("write the issuer's address, https://…, as the provider says it")
        return given

    @field_validator(
        "google_login", "google_token", "google_api", "google_directory", "microsoft_login", "microsoft_graph"
    )
    @classmethod
    def _is_endpoint(cls, given: str) -> str:
        if not re.match(r"https://[^/?#]|http://(localhost|127\.0\.0\.1)(:\d+)?(/|$)", given):
            raise ValueError("write an address, https://…")
        return given.rstrip("/")

    @field_validator("google_client_secret", "microsoft_client_secret", "oidc_client_secret")
    @classmethod
    def _is_whole(cls, secret: str, info: ValidationInfo) -> str:
        provider = (info.field_name or "").partition("_")[0]
        needed = {
            "google": ("client_id",),
            "microsoft": ("tenant", "client_id"),
            "oidc": ("issuer", "client_id"),
        }
        names = [f"{provider}_{part}" for part in needed[provider]]
        given = {bool(secret), *(bool(info.data.get(name)) for name in names)}
        if len(given) > 1 and all(name in info.data for name in names):
            variables = ", ".join(f"POSTROOM_{name.upper()}" for name in names)
            raise ValueError(f"set it together with {variables}, or none of them")
        return secret

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
