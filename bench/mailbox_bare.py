"""The bare peer: fetch every mail of the inbox with IMAPClient and keep nothing. ``PORT USER PASSWORD``."""

from __future__ import annotations

import json
import sys
import time

from imapclient import IMAPClient

BATCH = 250


def main() -> None:
    """Print how many mails there are and how many seconds fetching them took."""
    port, user, password = sys.argv[1:]
    begun = time.perf_counter()
    client = IMAPClient("127.0.0.1", int(port), ssl=False)
    client.login(user, password)
    client.select_folder("INBOX", readonly=True)
    uids = client.search("ALL")
    fetched = 0
    for at in range(0, len(uids), BATCH):
        fetched += len(client.fetch(uids[at : at + BATCH], ["BODY.PEEK[]"]))
    print(json.dumps({"mails": fetched, "seconds": time.perf_counter() - begun}))


main()
