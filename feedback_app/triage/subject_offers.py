"""Subjects that may be in what people said: words that several have in common, to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback_app.rounds.models import Round
from feedback_app.triage import voices
from feedback_app.triage.likeness import ENOUGH, Suggestion, shared, suggestions
from feedback_app.triage.voices import Said, Voice

READ = 2000
"""So many of the oldest comments without a subject are read for what they have in common."""


@dataclass(frozen=True)
class Offer:
    """`comments` counts all senders of a letter; `example` holds most of the words."""

    words: Sequence[str]
    comments: int
    example: Said


def offers(session: Session, round_: Round) -> list[Offer]:
    """What several people without a subject speak of; a letter speaks once (voices)."""
    said = _voices(session, round_)
    texts = {n: (v.first.text, v.first.language) for n, v in enumerate(said)}
    return [_offer(one, said) for one in suggestions(texts)]


def found_by(session: Session, round_: Round, words: Sequence[str]) -> list[Said]:
    """What an offer's words find, all senders of a letter with its first."""
    least = min(ENOUGH, len(set(words)))
    return [
        one
        for voice in _voices(session, round_)
        if _shared(voice, words) >= least > 0
        for one in voice.all
    ]


def _voices(session: Session, round_: Round) -> list[Voice]:
    return voices.voices_of(voices.without_subject(session, round_, limit=READ))


def _offer(found: Suggestion, said: Sequence[Voice]) -> Offer:
    mine = [said[key] for key in found.keys]
    best = max(mine, key=lambda v: (_shared(v, found.words), -len(v.first.text)))
    return Offer(found.words, sum(len(voice.all) for voice in mine), best.first)


def _shared(voice: Voice, words: Sequence[str]) -> int:
    return shared(voice.first.text, voice.first.language, words)
