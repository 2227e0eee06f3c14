"""Read a mailbox of the fake with Microsoft's own client. Runs in ``.venv/stand-ins``, as a process of its own.

Takes one JSON object on standard input, ``{"address", "token", "label", "user", "wait"}``, and prints one: what the
client understood. After the first round of changes it prints a line and waits for one, then asks for the next round.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import types
from typing import Any

from kiota_abstractions.authentication import AuthenticationProvider
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.request_information import RequestInformation
from msgraph import GraphServiceClient
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.graph_request_adapter import GraphRequestAdapter

# The client's batches want a package that it does not ask for; it only marks what will go.
sys.modules["deprecated"] = types.ModuleType("deprecated")
sys.modules["deprecated"].deprecated = lambda *_, **__: lambda marked: marked  # type: ignore[attr-defined]

from msgraph_core.requests.batch_request_builder import BatchRequestBuilder  # noqa: E402
from msgraph_core.requests.batch_request_content import BatchRequestContent  # noqa: E402
from msgraph_core.requests.batch_request_item import BatchRequestItem  # noqa: E402


class _Token(AuthenticationProvider):
    def __init__(self, token: str) -> None:
        self._token = token

    async def authenticate_request(
        self, request: RequestInformation, additional_authentication_context: dict[str, Any] | None = None
    ) -> None:
        request.headers.add("Authorization", f"Bearer {self._token}")


def _configuration(builder: Any = None, **options: Any) -> RequestConfiguration[Any]:
    """Options of a request, in the class that the client has for each kind of request."""
    kind = type(builder)
    query = getattr(kind, f"{kind.__name__}GetQueryParameters")(**options) if options else None
    configuration: RequestConfiguration[Any] = RequestConfiguration(query_parameters=query)
    configuration.headers.add("Prefer", 'IdType="ImmutableId"')
    return configuration


async def _all(builder: Any, first: Any) -> list[Any]:
    """The entries of all pages."""
    found, page = list(first.value), first
    while page.odata_next_link:
        page = await builder.with_url(page.odata_next_link).get(_configuration())
        found += page.value
    return found


async def _tree(mailbox: Any) -> list[list[Any]]:
    builder = mailbox.mail_folders
    waiting = [
        ([folder.display_name], folder) for folder in await _all(builder, await builder.get(_configuration()))
    ]
    found = []
    while waiting:
        path, folder = waiting.pop()
        found.append([path, folder.id, folder.total_item_count])
        if folder.child_folder_count:
            below = builder.by_mail_folder_id(folder.id).child_folders
            children = await _all(below, await below.get(_configuration()))
            waiting += [([*path, child.display_name], child) for child in children]
    return sorted(found)


async def _round(builder: Any, link: str) -> tuple[list[Any], str]:
    """One round of changes: id, time and whether it was removed; and the link to the next."""
    told: list[Any] = []
    page = await (
        builder.with_url(link).get(_configuration())
        if link
        else builder.get(_configuration(builder, select=["id", "receivedDateTime"]))
    )
    while True:
        for mail in page.value:
            at = mail.received_date_time
            removed = mail.additional_data.get("@removed")
            told.append([mail.id, int(at.timestamp()) if at else None, removed and removed.get("reason")])
        if page.odata_delta_link:
            return told, page.odata_delta_link
        page = await builder.with_url(page.odata_next_link).get(_configuration())


async def _error(asked: Any) -> list[Any]:
    try:
        await asked
    except ODataError as error:
        return [error.response_status_code, error.error.code]
    return []


def _mail(mail: Any) -> dict[str, Any]:
    def address(person: Any) -> list[str]:
        return [person.email_address.name, person.email_address.address]

    return {
        "id": mail.id,
        "subject": mail.subject,
        "from": address(mail.from_),
        "to": [address(person) for person in mail.to_recipients],
        "received_at": int(mail.received_date_time.timestamp()),
        "message_id": mail.internet_message_id,
        "folder": mail.parent_folder_id,
        "is_draft": mail.is_draft,
    }


async def _batch(adapter: GraphRequestAdapter, builders: list[Any]) -> dict[str, int]:
    """The statuses of mails that were asked for in one batch."""
    content = BatchRequestContent()
    for number, builder in enumerate(builders):
        request = builder.to_get_request_information(_configuration(builder, select=["subject"]))
        item = BatchRequestItem(request, id=f"{number}")
        item.url = request.url.removeprefix(adapter.base_url)
        content.add_request(f"{number}", item)
    answers = await BatchRequestBuilder(adapter).post(content)
    return dict(answers.get_response_status_codes())


async def _read(asked: dict[str, str]) -> dict[str, Any]:
    adapter = GraphRequestAdapter(_Token(asked["token"]))
    adapter.base_url = f"{asked['address']}/v1.0"
    client = GraphServiceClient(request_adapter=adapter)
    mailbox = client.users.by_user_id(asked["user"])
    messages = mailbox.mail_folders.by_mail_folder_id(asked["label"]).messages
    first, link = await _round(messages.delta, "")
    print("first round", flush=True)
    sys.stdin.readline()
    second, _ = await _round(messages.delta, link)
    listed = await _all(
        messages, await messages.get(_configuration(messages, orderby=["receivedDateTime desc"], top=7))
    )
    one = mailbox.messages.by_message_id(listed[0].id)
    headers = (await one.get(_configuration(one, select=["internetMessageHeaders"]))).internet_message_headers
    counted = await messages.get(_configuration(messages, count=True, top=1))
    return {
        "tree": await _tree(mailbox),
        "inbox": (await mailbox.mail_folders.by_mail_folder_id("inbox").get(_configuration())).id,
        "first": first,
        "second": second,
        "mails": [_mail(mail) for mail in listed],
        "whole": base64.b64encode(await one.content.get(_configuration())).decode(),
        "headers": [[header.name, header.value] for header in headers],
        "count": counted.odata_count,
        "batch": await _batch(
            adapter,
            [mailbox.messages.by_message_id(key) for key in [*(mail.id for mail in listed[:3]), "nothing"]],
        ),
        "users": [
            [user.mail, user.user_principal_name]
            for user in await _all(client.users, await client.users.get())
        ],
        "nothing": await _error(mailbox.messages.by_message_id("nothing").get()),
        "nobody": await _error(client.users.by_user_id("nobody@us.example").messages.get()),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_read(json.loads(sys.stdin.readline())))), flush=True)
