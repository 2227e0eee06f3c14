"""Makes the workspace of the benchmarks, in a process of its own: ``python -m bench.workspace DOMAINS``."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from bench.setting import USER, WORKSPACE

KNOWN_SINCE = "1990-01-01"


def main() -> None:
    """Make a workspace with the domains of the company and one account for each customer domain."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "postroom.settings"
    import django

    django.setup()
    from postroom.actions.add_accounts import add_accounts
    from postroom.actions.add_organization import add_organization
    from postroom.actions.create_workspace import create_workspace
    from postroom.store.upgrade import upgrade

    upgrade()
    domains = json.loads(Path(sys.argv[1]).read_text())
    workspace = create_workspace(WORKSPACE, USER).workspace
    add_organization(workspace, domains["organization"], force=True, actor="command line")
    accounts = [
        {"name": domain, "domains": [{"domain": domain, "known_since": KNOWN_SINCE}]}
        for domain in domains["accounts"]
    ]
    add_accounts(workspace, accounts, force=True, actor="command line")


if __name__ == "__main__":
    main()
