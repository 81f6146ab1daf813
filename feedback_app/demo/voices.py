"""What people say in the demo world's comment periods, and what they say of the answers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.comments import codes, services
from feedback_app.comments.behalf import enter_on_behalf
from feedback_app.comments.holders import Holder
from feedback_app.comments.models import Channel, Comment, CommentKind
from feedback_app.comments.services import Said
from feedback_app.comments.submissions import Sent, content_hash
from feedback_app.core import clock
from feedback_app.core.html import render_comment
from feedback_app.curricula.models import Section
from feedback_app.demo import world
from feedback_app.demo.conducting import Case
from feedback_app.demo.people import People
from feedback_app.policy import VISITOR, Actor
from feedback_app.rounds.models import Round
from feedback_app.triage.services import give_verdict

KINDS = {
    "s": CommentKind.SUPPORT,
    "c": CommentKind.CONCERN,
    "g": CommentKind.SUGGESTION,
    "q": CommentKind.QUESTION,
    "x": CommentKind.LIVED_EXPERIENCE,
}
KEY = codes.receipt_key("the demo world's codes are nobody's secret")
BY_ACCOUNT = {"c06", "c61", "d19"}
"""What resident@demo.example has written."""

Act = tuple[datetime, Callable[[], None]]


@dataclass
class Heard:
    """Comments by their ref, and by what their writers hold them."""

    comments: dict[str, Comment] = field(default_factory=dict)
    holders: dict[str, Holder] = field(default_factory=dict)
    letters: list[str] = field(default_factory=list)

    def said_by(self, ref: str) -> tuple[Comment, Holder]:
        return self.comments[ref], self.holders[ref]


def speak(session: Session, round_: Round, who: People, name: str) -> Heard:
    """Everything that was said in one round, in the order of its days."""
    heard = Heard()
    given = list(world.read(name)["c"])
    letters = world.read("letters") if name == "round-1" else {}
    if letters:
        given += _letters(letters["form"], heard)
        given.append(letters["org"])
    acts: list[Act] = []
    said: dict[str, datetime] = {}
    for number, one in enumerate(sorted(given, key=lambda one: int(one["day"]))):
        at = round_.opens_at + timedelta(days=one["day"], minutes=60 + 37 * (number % 13))
        said[one["ref"]] = at
        acts.append((at, partial(_say, session, round_, who, one, heard)))
        if one.get("withdrawn"):
            day = round_.opens_at + timedelta(days=one["day"] + 1)
            acts.append((day, partial(_withdraw, session, one["ref"], heard)))
    for reply in (letters or world.read(name))["reply"]:
        at = round_.opens_at + timedelta(days=reply["day"], hours=9)
        acts.append((at, partial(_reply, session, round_, who, reply, heard)))
    acts += _agreements(session, round_, given, said, heard)
    acts += _cases(session, round_, who, name, heard)
    for moment, act in sorted(acts, key=lambda act: act[0]):  # the log grows with the days
        with clock.held_at(moment):
            act()
    return heard


def _cases(
    session: Session, round_: Round, who: People, name: str, heard: Heard
) -> Iterator[Act]:
    """Comments for which the rules of conduct were there."""
    for one in world.read("conduct")[name]:
        at = round_.opens_at + timedelta(days=one["day"], hours=2)
        yield at, partial(_say, session, round_, who, one, heard)
        ref = one["ref"]
        case = Case(session, who, partial(heard.said_by, ref))
        yield from case.acts(at, one["steps"])


def _letters(form: dict[str, Any], heard: Heard) -> list[dict[str, Any]]:
    heard.letters = [f"letter{number}" for number in range(len(form["add"]))]
    return [
        {
            "ref": ref,
            "sec": form["sec"],
            "kind": "g",
            "day": form["day"] + number // 6,
            "body": " ".join(filter(None, [form["body"], added])),
            **{name: form[name] for name in ("outcome", "why")},
        }
        for number, (ref, added) in enumerate(zip(heard.letters, form["add"], strict=True))
    ]


def _said(one: dict[str, Any]) -> Said:
    body = one["body"].strip()
    return Said(
        body=body,
        html=render_comment(body).html,
        suggested_wording=one.get("wording"),
        language=one.get("lang", "en"),
    )


def _sent(*parts: str) -> Sent:
    submission_id = hashlib.sha256("/".join(parts).encode()).hexdigest()[:32]
    return Sent(submission_id, content_hash(*parts), started_at=clock.now())


def _say(
    session: Session, round_: Round, who: People, one: dict[str, Any], heard: Heard
) -> None:
    ref = one["ref"]
    channel = Channel(one.get("channel", "web"))
    if channel is not Channel.WEB:
        heard.comments[ref] = enter_on_behalf(
            session,
            round_,
            actor=who.host,
            said=_said(one),
            channel=channel,
            received_at=clock.now() - timedelta(minutes=50),
            section_key=one.get("sec"),
            kind=KINDS.get(one.get("kind", "")),
            display_name=one.get("name"),
            code_hash=codes.code_hash(KEY, f"slip-{ref}"),
        )
        heard.holders[ref] = Holder(code_hash=codes.code_hash(KEY, f"slip-{ref}"))
        return
    actor = who.resident if ref in BY_ACCOUNT else VISITOR
    holder = Holder(account_id=actor.account_id)
    taken = services.submit_comment(
        session,
        round_,
        actor=actor,
        sent=_sent(round_.slug, ref),
        said=_said(one),
        key=KEY,
        holder=holder,
        section_key=one.get("sec"),
        span=_span(session, round_, one),
        locale=one.get("lang", "en"),
        looks_made=one.get("machine", False),
    )
    if taken.code is not None:
        holder = Holder(code_hash=codes.code_hash(KEY, taken.code))
    heard.comments[ref], heard.holders[ref] = taken.comment, holder
    if one.get("kind") or one.get("name"):
        services.describe_comment(
            session,
            taken.comment,
            actor=actor,
            holder=holder,
            kind=KINDS.get(one.get("kind", "")),
            display_name=one.get("name"),
            language=one.get("lang", "en"),
        )


def _span(session: Session, round_: Round, one: dict[str, Any]) -> tuple[int, int] | None:
    if "quote" not in one:
        return None
    text = session.scalars(
        select(Section.text).where(
            Section.revision_id == round_.revision_id, Section.key == one["sec"]
        )
    ).one()
    if text.count(one["quote"]) != 1:
        raise ValueError(f"{one['ref']}: the quote does not stand once in its section")
    start = text.index(one["quote"])
    return start, start + len(one["quote"])


def _reply(
    session: Session, round_: Round, who: People, reply: dict[str, Any], heard: Heard
) -> None:
    actors: dict[str, Actor] = {"host": who.host, "department": who.moderator2}
    actor = actors.get(reply["by"], VISITOR)
    taken = services.reply(
        session,
        heard.comments[reply["to"]],
        actor=actor,
        sent=_sent(round_.slug, "reply", reply["to"], reply["body"]),
        said=_said(reply),
        key=KEY,
        holder=Holder(account_id=actor.account_id),
        locale=reply.get("lang", "en"),
    )
    if "name" in reply and taken.code is not None:
        services.describe_comment(
            session,
            taken.comment,
            actor=VISITOR,
            holder=Holder(code_hash=codes.code_hash(KEY, taken.code)),
            kind=None,
            display_name=reply["name"],
            language=reply.get("lang", "en"),
        )


def _withdraw(session: Session, ref: str, heard: Heard) -> None:
    services.withdraw(session, heard.comments[ref], actor=VISITOR, holder=heard.holders[ref])


def _agreements(
    session: Session,
    round_: Round,
    given: list[dict[str, Any]],
    said: dict[str, datetime],
    heard: Heard,
) -> Iterator[Act]:
    """Neighbors agree, each with a code of their own; the same ones with several comments."""
    neighbors: dict[int, Holder] = {}
    for one in given:
        first = said[one["ref"]] + timedelta(hours=1)
        last = clock.now() - timedelta(days=2)  # before the department answers the newest
        last = first if one.get("withdrawn") else min(last, round_.closes_at)
        for number in range(one.get("agree", 0)):
            day = min(one["day"] + 1 + number % 9, 39)
            at = round_.opens_at + timedelta(days=day, hours=3)
            act = partial(_agree, session, round_, one["ref"], number, heard, neighbors)
            yield max(first, min(at, last)), act


def _agree(
    session: Session,
    round_: Round,
    ref: str,
    number: int,
    heard: Heard,
    neighbors: dict[int, Holder],
) -> None:
    taken = services.endorse(
        session,
        heard.comments[ref],
        actor=VISITOR,
        sent=_sent(round_.slug, "agree", ref, str(number)),
        key=KEY,
        holder=neighbors.get(number, Holder()),
    )
    if taken.code is not None:
        neighbors[number] = Holder(code_hash=codes.code_hash(KEY, taken.code))


def judge(
    session: Session, heard: Heard, name: str, moment: AbstractContextManager[None]
) -> None:
    """ "Did this answer you?", said by those who came back."""
    letters = world.read("letters")
    with moment:
        for one in [*world.read(name)["c"], letters["org"]]:
            if "verdict" in one:
                satisfied, because = one["verdict"]
                give_verdict(
                    session,
                    heard.comments[one["ref"]],
                    holder=heard.holders[one["ref"]],
                    is_satisfied=satisfied,
                    because=because,
                )
