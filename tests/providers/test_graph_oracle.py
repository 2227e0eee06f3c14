"""Microsoft's own client reads the fake, and understands of it what our provider does."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path

import pytest
from contract_looks import from_now, since
from contract_world import AT, RICH
from fake_graph import FakeGraph
from graph_access import a_folder, box_of, central_access, fill

from postroom.core.mail.rfc5322 import read_envelope
from postroom.providers.graph import PROVIDER

pytestmark = pytest.mark.servers

PYTHON = Path(__file__).parents[2] / ".venv/stand-ins/bin/python"
SCRIPT = Path(__file__).parent / "fake_graph/read_by_msgraph.py"


def test_microsofts_client_reads_of_the_fake_what_we_read(graph: FakeGraph) -> None:
    graph.directory.add_user("lea@us.example", principal_name="lea@us.onmicrosoft.example")
    folder = box_of(graph).add_folder("日本", a_folder(graph, "Müller & Söhne"))
    old = fill(graph, folder, 23)
    with PROVIDER.open(central_access(graph, "sam@us.example")) as box:
        script = subprocess.Popen(
            [PYTHON, SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        token = graph.entra.answer(
            graph.entra.tenant,
            {
                "grant_type": "client_credentials",
                "client_id": graph.entra.client_id,
                "client_secret": graph.entra.secret,
                "scope": "x/.default",
            },
        )["access_token"]
        asked = {"address": graph.address, "token": token, "label": folder.id, "user": "sam@us.example"}
        script.stdin.write(json.dumps(asked) + "\n")
        script.stdin.flush()
        script.stdout.readline()
        cursor = from_now(box, folder.id)
        rich = box_of(graph).deliver(folder, RICH, AT + 100)
        box_of(graph).expunge(box_of(graph).mail(old[4]))
        box_of(graph).move(box_of(graph).mail(old[5]), box_of(graph).folder("deleteditems"))
        out, err = script.communicate("go on\n", timeout=120)
        assert script.returncode == 0, err
        read = json.loads(out)

        labels = box.labels()
        added, removed, _ = since(box, folder.id, cursor)
        [head] = box.heads(folder.id, added)
        [whole] = box.wholes(folder.id, added)
        listed = box.list(folder.id, 0, AT + 1000).listed
        assert read["tree"] == sorted([[*label.path], label.ref, label.total] for label in labels)
        assert read["inbox"] == next(label.ref for label in labels if label.role == "inbox")
        assert sorted(ref for ref, _, _ in read["first"]) == sorted(old)
        assert {(ref, at) for ref, at, reason in read["second"] if not reason} == {(added[0], AT + 100)}
        assert sorted(ref for ref, _, reason in read["second"] if reason) == sorted(removed)
        assert [(mail["id"], mail["received_at"]) for mail in read["mails"]] == [*listed]
        assert read["count"] == box.count(folder.id, 0) == 22
        assert base64.b64decode(read["whole"]) == whole.raw == rich.raw

    assert read["batch"] == {"0": 200, "1": 200, "2": 200, "3": 404}
    newest = read["mails"][0]
    shown = "".join(f"{name}: {value}\r\n" for name, value in read["headers"]).encode()
    assert read_envelope(shown).participants == read_envelope(head.header).participants
    assert newest == {
        "id": rich.immutable_id,
        "subject": "Grüße from the coast",
        "from": ["Kay Müller", "kay@acme.example"],
        "to": [["Lee, Sam", "sam@us.example"], ["lea@us.example", "lea@us.example"]],
        "received_at": AT + 100,
        "message_id": "<rich@contract.example>",
        "folder": folder.id,
        "is_draft": False,
    }
    assert read["users"] == [
        ["sam@us.example", "sam@us.example"],
        ["lea@us.example", "lea@us.onmicrosoft.example"],
    ]
    assert (read["nothing"], read["nobody"]) == ([404, "ErrorItemNotFound"], [404, "ErrorInvalidUser"])
