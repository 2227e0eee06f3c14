"""Add users: one by a form, many by a file that is looked at before it counts (U1-U3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from postroom.actions.add_users import add_users
from postroom.actions.add_users_csv import CsvAnswer, add_users_csv, count_fates, same_user
from postroom.actions.answer import RecordAnswer
from postroom.actions.rejection import WARNINGS, Rejected
from postroom.actions.users_csv import COLUMNS, MAX_ROWS, csv_text, read_users_csv
from postroom.store.read.roles import roles_of
from postroom.store.read.users import user_with_address
from postroom.store.read.workspaces import collects_by_default
from postroom.web.access import PageRequest
from postroom.web.forms import say_warnings, sentence
from postroom.web.kept_text import forget, keep, kept
from postroom.web.user_form import UserForm, new_form, roles_to_give, typed_form

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_SHOWN: Final = 200
"""So many rows of a file are shown before it counts: those to be mended first."""
_FATES: Final = {"created": "new", "updated": "changed", "unchanged": "as it is", "rejected": "refused"}


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: PageRequest) -> HttpResponse:
    """Add one user."""
    form = new_form()
    if request.method == "POST":
        form = typed_form(request)
        added = _added(request, form)
        if added:
            email = str(added["id"])
            messages.success(request, f"{email} was added. An invitation lets them sign in.")
            say_warnings(request, added["warnings"])
            user = user_with_address(request.workspace, email)
            return redirect("web:user", user.pk if user else 0)
    shown = {
        "form": form,
        "roles": roles_to_give(roles_of(request.workspace), None, request.permissions),
        "collects_by_default": collects_by_default(request.workspace),
    }
    return render(request, "user_add.html", shown, status=422 if form.problems else 200)


def _added(request: PageRequest, form: UserForm) -> RecordAnswer | None:
    """What became of the user whom the form means; ``None``: it has problems."""
    options: dict[str, Any] = {"actor": request.me.email, "granted_by": request.permissions}
    [answer] = add_users(request.workspace, [form.record()], dry_run=True, **options)
    if answer["status"] in ("updated", "unchanged"):
        form.problems["email"] = (
            "A user has this address already: find them in the list, and edit them there."
        )
    elif answer["reason"]:
        form.refuse(Rejected(answer["reason"], answer["field"]))
    if form.problems:
        return None
    [answer] = add_users(request.workspace, [form.record()], **options)
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def add_many(request: PageRequest) -> HttpResponse:
    """Take a file, or what was pasted, and show what would become of it."""
    shown: dict[str, Any] = {"columns": COLUMNS, "max_rows": MAX_ROWS}
    if request.method != "POST":
        return render(request, "user_add_many.html", shown)
    try:
        text = _text_sent(request)
        read_users_csv(text)
    except UnicodeDecodeError:
        problem = "The file is not in UTF-8: save it as “CSV UTF-8”, or paste the rows below."
    except Rejected as refusal:
        named = f" ({refusal.field})" if refusal.field else ""
        problem = f"{sentence(refusal.reason)}{named}"
    else:
        return redirect("web:user-add-many-look", keep(request, text))
    shown |= {"problem": problem, "lines": request.POST.get("lines", "")[:50_000]}
    return render(request, "user_add_many.html", shown, status=422)


def _text_sent(request: PageRequest) -> str:
    """The file, else what was pasted. Raises ``Rejected`` and ``UnicodeDecodeError``."""
    file = request.FILES.get("file")
    lines = request.POST.get("lines", "")
    if (file.size or 0 if file else len(lines)) > MAX_BYTES:
        raise Rejected("csv_too_long")
    return csv_text(file.read()) if file else lines


@require_http_methods(["GET", "HEAD", "POST"])
def look(request: PageRequest, name: str) -> HttpResponse:
    """Show what would become of each row; then do it."""
    text = kept(request, name)
    if text is None:
        raise Http404
    options: dict[str, Any] = {"actor": request.me.email, "granted_by": request.permissions}
    is_meant = request.method == "POST"
    told = add_users_csv(request.workspace, text, dry_run=not is_meant, **options)
    counts = _counts(told)
    if is_meant:
        forget(request, name)
        said = ", ".join(f"{count} {fate}" for fate, count in counts.items() if count)
        messages.success(request, f"The file was read: {said}.")
        return redirect("web:users")
    rows = sorted(map(_row, told), key=lambda row: row["order"])
    shown = {
        "rows": rows[:MAX_SHOWN],
        "more": len(rows) - MAX_SHOWN,
        "counts": counts,
        "changes": counts["new"] + counts["changed"],
        "collects_by_default": collects_by_default(request.workspace),
    }
    return render(request, "user_add_many_look.html", shown)


def _counts(told: Sequence[CsvAnswer]) -> dict[str, int]:
    counts = count_fates(told)
    return {fate: counts.get(status, 0) for status, fate in _FATES.items()}


def _cell(told: CsvAnswer, column: str | None) -> str:
    """What the row says in a column, as the file has it."""
    cell = told.said.get(column or "")
    return ("; ".join(cell) if isinstance(cell, list) else str(cell or ""))[:200]


def _row(told: CsvAnswer) -> dict[str, Any]:
    answer = told.answer
    said = [sentence(answer["reason"])] if answer["reason"] else []
    said += [WARNINGS[warning] for warning in answer["warnings"]]
    said += [same_user(told)] if told.also else []
    says = " ".join(said)
    return {
        "line": told.line,
        "email": answer["id"] or _cell(told, "email"),
        "fate": _FATES[answer["status"]],
        "field": answer["field"] or "",
        "met": _cell(told, answer["field"]) if answer["reason"] and answer["field"] != "email" else "",
        "says": says,
        "order": (not answer["reason"], not says, list(_FATES).index(answer["status"]), told.line),
    }
