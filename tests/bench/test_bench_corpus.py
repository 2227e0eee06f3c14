"""Repeating a mail changes what tells messages and people apart, and nothing else."""

from __future__ import annotations

from bench.corpus import again

RAW = b"""From: Ann Example <ann@list.example>
To: dev@list.example, Bob
 <bob.b@home.example>
Date: Thu, 22 Aug 2002 18:26:25 +0700
Received: by relay.example; Thu, 22 Aug 2002 12:36:16 +0100
Message-ID: <1029945287.4797@list.example>
In-Reply-To: <0@list.example>
References: <a@list.example>
\t<0@list.example>
Subject: meet ann@list.example in 2002

In 2002 ann@list.example wrote <0@list.example>.
"""


def test_the_first_turn_is_the_mail_itself() -> None:
    assert again(RAW, 0) == RAW


def test_later_turns_have_other_ids_years_and_people() -> None:
    assert (
        again(RAW, 3)
        == b"""From: Ann Example <t3.ann@list.example>
To: t3.dev@list.example, Bob
 <t3.bob.b@home.example>
Date: Thu, 22 Aug 2005 18:26:25 +0700
Received: by relay.example; Thu, 22 Aug 2005 12:36:16 +0100
Message-ID: <t3.1029945287.4797@list.example>
In-Reply-To: <t3.0@list.example>
References: <t3.a@list.example>
\t<t3.0@list.example>
Subject: meet ann@list.example in 2002

In 2002 ann@list.example wrote <0@list.example>.
"""
    )


def test_a_mail_without_a_body_is_repeated_too() -> None:
    assert again(b"Message-ID: <1@a>", 1) == b"Message-ID: <t1.1@a>"
