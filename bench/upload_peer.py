"""The peer: what one writes first with FastAPI and SQLAlchemy. Runs in an environment of its own, by uvicorn.

It checks the shape of each mail, stores it readable, and answers once that is durable. It does not ask for a token,
whose mail it is, or whether it was sent before, and encrypts nothing.
"""

from __future__ import annotations

import os
from typing import Any

from fastapi import FastAPI
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import JSON, DateTime, String, UniqueConstraint, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

engine = create_engine(f"sqlite:///{os.environ['PEER_DATABASE']}", connect_args={"timeout": 30})


@event.listens_for(engine, "connect")
def _as_ours(connection: Any, _: Any) -> None:
    for pragma in os.environ["PEER_PRAGMAS"].split(";"):
        connection.execute(pragma)


class Base(DeclarativeBase):
    pass


class Mail(Base):
    """A mail."""

    __tablename__ = "mail"
    __table_args__ = (UniqueConstraint("user", "own_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    own_id: Mapped[str] = mapped_column(String(500))
    user: Mapped[str] = mapped_column(String(320))
    date: Mapped[Any] = mapped_column(DateTime(timezone=True), index=True)
    folder: Mapped[str] = mapped_column(String(200))
    sender: Mapped[Any] = mapped_column(JSON)
    recipients: Mapped[Any] = mapped_column(JSON)
    message_id: Mapped[str | None] = mapped_column(String(998))
    in_reply_to: Mapped[str | None] = mapped_column(String(998))
    references: Mapped[Any] = mapped_column(JSON)
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]


class Address(BaseModel):
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=320)
    name: str = ""


class MailIn(BaseModel):
    id: str = Field(max_length=500)
    user: str
    date: AwareDatetime
    folder: str = "inbox"
    sender: Address = Field(alias="from")
    to: list[Address] = []
    cc: list[Address] = []
    bcc: list[Address] = []
    message_id: str | None = None
    in_reply_to: str | None = None
    references: list[str] = []
    subject: str = ""
    text: str = ""
    html: str = ""


class Mails(BaseModel):
    messages: list[MailIn]


class Result(BaseModel):
    index: int
    id: str
    status: str


class Answer(BaseModel):
    accepted: int
    rejected: int
    results: list[Result]


app = FastAPI()


@app.post("/mail-messages")
def add_mail_messages(sent: Mails) -> Answer:
    """Store the mails in one transaction."""
    with Session(engine) as session:
        session.add_all(
            Mail(
                own_id=mail.id,
                user=mail.user,
                date=mail.date,
                folder=mail.folder,
                sender=mail.sender.model_dump(),
                recipients=[address.model_dump() for address in (*mail.to, *mail.cc, *mail.bcc)],
                message_id=mail.message_id,
                in_reply_to=mail.in_reply_to,
                references=mail.references,
                subject=mail.subject,
                text=mail.text,
                html=mail.html,
            )
            for mail in sent.messages
        )
        session.commit()
    results = [Result(index=n, id=mail.id, status="queued") for n, mail in enumerate(sent.messages)]
    return Answer(accepted=len(results), rejected=0, results=results)


@app.get("/ready")
def ready() -> str:
    """Say that the server is there."""
    return "yes"


Base.metadata.create_all(engine)
