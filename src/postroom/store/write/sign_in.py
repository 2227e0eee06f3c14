"""Tries to sign in become rows, and go when they are old or were right; so do sessions and invitations."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session

from postroom.store.models import Identity, Invitation, Login, SignedIn, SignInTry, User


def add_try(address: bytes, client: bytes, at: int) -> SignInTry:
    """Note a try before its password is checked, so that many at once are counted too."""
    return SignInTry.objects.create(address=address, client=client, at=at)


def forget_try(this: SignInTry) -> None:
    """Forget a try that was refused before its password was checked."""
    this.delete()


def forget_tries(address: bytes, client: bytes) -> None:
    """Forget the failed tries for this address from this client: the right password came."""
    SignInTry.objects.filter(address=address, client=client).delete()


def forget_tries_before(at: int) -> None:
    """Forget the tries that count no more."""
    SignInTry.objects.filter(at__lte=at).delete()


def forget_what_is_over(now: datetime) -> None:
    """Erase the sessions that are over, and the links of invitations that nobody used in time."""
    Session.objects.filter(expire_date__lt=now).delete()
    Invitation.objects.filter(expires_at__lt=now, used_at=None).delete()


def store_session(key: str, login: Login, way: str, browser: str) -> None:
    """Store whose session this is, and how it began."""
    SignedIn.objects.update_or_create(
        session_id=key, defaults={"login": login, "way": way[:100], "browser": browser[:100]}
    )


def end_sessions(login: Login, but: str | None) -> int:
    """End the login's sessions, all but the one with this key; answer how many."""
    keys = SignedIn.objects.filter(login=login).exclude(session=but).values("session")
    ended = list(Session.objects.filter(pk__in=keys).values_list("pk", flat=True))
    Session.objects.filter(pk__in=ended).delete()
    return len(ended)


def store_password(login: Login, password: str) -> None:
    """Store a new password."""
    login.set_password(password)
    login.save(update_fields=["password"])


def create_login(email: str) -> Login:
    """Store a login that no password opens."""
    login = Login(email=email)
    login.set_unusable_password()
    login.save()
    return login


def tie_users(login: Login) -> None:
    """Let the users of the login's address who have no login yet sign in by it; those disabled not."""
    User.objects.filter(email=login.email, login=None, disabled_at=None).update(login=login)


def bind_identity(login: Login, issuer: str, subject: str) -> None:
    """Let this account at a sign-in provider open the login."""
    Identity.objects.get_or_create(issuer=issuer, subject=subject, defaults={"login": login})
