"""The response matrix out and back at two sizes: CPU, memory, and how both grow (P13)."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks import site
from feedback_app.accounts.models import Account
from feedback_app.comments.models import Comment, Point
from feedback_app.core.database import Database
from feedback_app.exchange.matrix_comparing import compare_matrix
from feedback_app.exchange.matrix_reading import guess, read_sheet
from feedback_app.exchange.matrix_rows import MatrixRows
from feedback_app.exchange.matrix_writing import explained_in, write_matrix
from feedback_app.organizations.models import Membership, Role
from feedback_app.organizations.queries import actor_of
from feedback_app.policy import Actor
from feedback_app.rounds.models import Round
from feedback_app.rounds.queries import RoundRow, get_round_row
from feedback_app.triage.models import Outcome
from feedback_app.triage.services import record_disposition

SIZES = (1_000, 20_000)
EDITED, CONFLICTS = 100, 3
_EMAIL = "matrix@example.org"


def show(folder: Path) -> None:
    """A table of what each step cost at each size, in a process of its own each."""
    found = {many: measured(folder, many) for many in SIZES}
    few, many = SIZES
    print(f"matrix (P13)          {few:>10,} rows {many:>10,} rows      slope")
    for step in ("out", "back"):
        for what, unit in (("cpu", "CPU-s"), ("peak", "MB at most")):
            one, other = found[few][step][what], found[many][step][what]
            slope = math.log(other / one) / math.log(many / few)
            print(f"  {step:4} {unit:12} {one:12.1f} {other:15.1f} {slope:13.2f}")
    for size in SIZES:
        told = found[size]["back"]
        print(
            f"  {size:,}: {told['changes']} changes, {told['conflicts']} conflicts of "
            f"{CONFLICTS} planted, {told['untouched']} untouched"
        )


def measured(folder: Path, many: int) -> dict[str, dict[str, float]]:
    url, file = site.path_of(folder, f"matrix-{many}.sqlite"), folder / f"matrix-{many}.xlsx"
    site.fill(url, comments=many)
    database = Database(url)
    with database.unit_of_work(writing=True) as session:
        moderator = Account(email=_EMAIL, name="M", password_hash=None)
        department = session.scalars(select(Round)).first().department
        membership = Membership(account=moderator, organization=department, role=Role.MODERATOR)
        session.add_all([moderator, membership])
    database.dispose()
    out = _alone("write", url, file)
    _edit(file, url)
    return {"out": out, "back": _alone("look", url, file)}


def _alone(step: str, url: str, file: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.matrix", step, url, str(file)],
        check=True,
        capture_output=True,
    )
    return json.loads(done.stdout)


def _edit(file: Path, url: str) -> None:
    """As a person does: some answers typed; meanwhile three of them are given on the site."""
    book = openpyxl.load_workbook(file)
    sheet = book["matrix"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    typed = {  # capitals as people write them
        "disposition": "Not adopted",
        "rationale": "We went through this with the board.",
        "office": "Training",
        "authority": "Director",
        "reason_code": "Already decided",
    }
    typed["reason_detail"] = "Minutes of the board, May"
    step = max(1, (sheet.max_row - 1) // EDITED)
    rows = list(range(2, sheet.max_row + 1, step))[:EDITED]
    for row in rows:
        for name, value in typed.items():
            sheet.cell(row, columns[name], value)
    taken = [sheet.cell(row, 1).value for row in rows[:: EDITED // CONFLICTS][:CONFLICTS]]
    book.save(file)
    database = Database(url)
    with database.unit_of_work(writing=True) as session:
        account = session.scalars(select(Account).where(Account.email == _EMAIL)).one()
        actor = actor_of(session, account)
        for public_id in taken:
            point = session.scalars(
                select(Point).join(Comment).where(Comment.public_id == public_id)
            ).one()
            record_disposition(
                session,
                point,
                actor=actor,
                outcome=Outcome.QUESTION_ANSWERED,
                rationale="Answered here meanwhile.",
                office="Training",
                authority="Director",
            )
    database.dispose()


def _peak() -> float:
    """The most memory since this program began, in MB; `getrusage` counts its parent's, too."""
    told = Path("/proc/self/status").read_text()
    return int(told.partition("VmHWM:")[2].split()[0]) / 1024


def _step(url: str, work: Callable[[Session, Round, RoundRow, Actor], dict[str, int]]) -> None:
    database = Database(url)
    with database.unit_of_work(writing=False) as session:
        account = session.scalars(select(Account).where(Account.email == _EMAIL)).one()
        actor = actor_of(session, account)
        round_ = session.scalars(select(Round).where(Round.slug == "bench")).one()
        row = get_round_row(session, round_.slug, viewer=actor, locale="en")
        began = time.process_time()
        told = work(session, round_, row, actor)
        cpu = time.process_time() - began
    peak = _peak()
    print(json.dumps({"cpu": cpu, "peak": peak, **told}))


def write(url: str, file: str) -> None:
    plain = explained_in(str)

    def work(session: Session, _round: Round, row: RoundRow, actor: Actor) -> dict[str, int]:
        with (
            write_matrix(MatrixRows(session, row, actor, base_url="http://x"), plain) as made,
            Path(file).open("wb") as out,
        ):
            shutil.copyfileobj(made, out)
        return {}

    _step(url, work)


def look(url: str, file: str) -> None:
    def work(session: Session, round_: Round, row: RoundRow, actor: Actor) -> dict[str, int]:
        sheet = read_sheet(Path(file).read_bytes())
        plan = compare_matrix(
            session, round_, row, actor=actor, rows=sheet.rows, mapping=guess(sheet.heads)
        )
        return {
            "changes": len(plan.changes),
            "conflicts": len(plan.conflicts),
            "untouched": plan.untouched,
            "faults": len(plan.faults),
        }

    _step(url, work)


if __name__ == "__main__":
    {"write": write, "look": look}[sys.argv[1]](*sys.argv[2:])
