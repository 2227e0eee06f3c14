"""Makes the workspace that the benchmark uploads to: ``python -m bench.upload_workspace`` prints the access token."""

from __future__ import annotations

import os

from bench.upload_mails import USERS


def main() -> None:
    """Make a workspace with the users who have mail, none of whom has consented, and a source."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "postroom.settings"
    import django

    django.setup()
    from postroom.actions.add_users import add_users
    from postroom.actions.create_source import create_source
    from postroom.actions.create_workspace import create_workspace
    from postroom.store.upgrade import upgrade

    upgrade()
    workspace = create_workspace("Bench", USERS[0]).workspace
    add_users(workspace, [{"email": email} for email in USERS], actor="command line")
    print(create_source(workspace, "Bench", ["people"], actor="command line")[1])


if __name__ == "__main__":
    main()
