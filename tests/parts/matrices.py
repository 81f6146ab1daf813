"""A response matrix that came back with one answer in it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from feedback_app.exchange.matrix_returning import bring_matrix
from feedback_app.exchange.matrix_rows import MatrixRows
from feedback_app.exchange.matrix_taking import ask_for_workbook
from feedback_app.exchange.matrix_views import matrix_lines
from feedback_app.policy import Actor
from feedback_app.rounds.models import Round
from feedback_app.rounds.queries import get_round_row


def returned_matrix(session: Session, round_: Round, moderator: Actor) -> str:
    """Its public id; the file waits to be confirmed."""
    row = get_round_row(session, round_.slug, viewer=moderator, locale="en")
    rows = list(MatrixRows(session, row, moderator, base_url=""))
    edited = next(each for each in rows if not each.get("disposition"))
    edited |= {"disposition": "question_answered", "rationale": "It is in the plan."}
    edited |= {"office": "Training", "authority": "Director"}
    data = "".join(matrix_lines(rows)).encode()
    matrix = bring_matrix(session, round_, actor=moderator, filename="edited.csv", data=data)
    return matrix.public_id


def asked_matrix(session: Session, round_: Round, moderator: Actor) -> str:
    """The public id of a workbook that a worker is still to make."""
    asked = ask_for_workbook(
        session, round_, actor=moderator, language="en", base_url="", say=str
    )
    return asked.public_id
