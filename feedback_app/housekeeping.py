"""Erasing what has had its time: kept promises about what we do not hold."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, update

from feedback_app.accounts.following import forget_old_requests
from feedback_app.accounts.models import MailedLink, SignedIn
from feedback_app.comments.inviting import forget_addresses
from feedback_app.comments.measures import lapse
from feedback_app.comments.offering import forget_offers
from feedback_app.comments.sealing import erase_taken_back
from feedback_app.comments.sheets import forget_scans, kept_among
from feedback_app.comments.spoken import forget_recordings
from feedback_app.comments.submissions import forget_old
from feedback_app.core import clock
from feedback_app.core.database import Database
from feedback_app.core.jobs import Job
from feedback_app.core.media import Media
from feedback_app.exchange.matrix_models import Matrix
from feedback_app.exchange.matrix_taking import forget_workbooks
from feedback_app.exchange.models import Upload
from feedback_app.notifications.bounces import forget_marks
from feedback_app.policy import Actor
from feedback_app.rounds.models import Participation, Round
from feedback_app.triage.board_checks import fold
from feedback_app.triage.bulk_models import BulkAct
from feedback_app.triage.models import Publishing

NOTICE_KEPT = timedelta(days=30)
ENDED_KEPT = timedelta(days=7)
UNUSED_KEPT = timedelta(days=2)


def tidy(database: Database, media: Media | None = None) -> None:
    """Erase notice addresses 30 days after the answers, and what only served for a while.

    Texts that were taken back go after `conduct.TEXT_KEPT`; what was covered and not confirmed
    in time comes back. Pictures of sheets go with their comments.
    """
    with database.unit_of_work(writing=True) as session:
        now = clock.now()
        answered = Round.report_published_at < now - NOTICE_KEPT
        rounds = Round.__table__.select().with_only_columns(Round.id).where(answered)
        session.execute(
            update(Participation)
            .where(
                Participation.notice_address.is_not(None), Participation.round_id.in_(rounds)
            )
            .values(notice_address=None)
        )
        erase_taken_back(session)
        scans = forget_scans(session)
        forget_recordings(session)
        lapse(session, actor=Actor(is_system=True))
        forget_old(session)
        forget_old_requests(session)
        forget_marks(session)
        forget_addresses(session)
        forget_offers(session)
        session.execute(delete(Upload).where(Upload.ends_at < now))
        session.execute(delete(Matrix).where(Matrix.ends_at < now))
        forget_workbooks(session)
        session.execute(delete(MailedLink).where(MailedLink.ends_at < now - ENDED_KEPT))
        session.execute(delete(SignedIn).where(SignedIn.ends_at < now - ENDED_KEPT))
        session.execute(delete(Publishing).where(Publishing.ended_at < now - ENDED_KEPT))
        looked_at = (BulkAct.confirmed_at.is_(None), BulkAct.asked_at < now - UNUSED_KEPT)
        session.execute(delete(BulkAct).where(*looked_at))
        session.execute(delete(Job).where(Job.finished_at < now - ENDED_KEPT))
        fold(session)
    if media is not None:
        for key in scans:
            media.drop(key)
        sweep(database, media)


def sweep(database: Database, media: Media) -> None:
    """Drop files that were handed in and never became part of anything."""
    old = media.older_than(clock.now() - UNUSED_KEPT)
    with database.unit_of_work(writing=False) as session:
        kept = kept_among(session, old)
    for key in old:
        if key not in kept:
            media.drop(key)
