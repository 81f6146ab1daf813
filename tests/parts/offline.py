"""What a host keeps of people who spoke elsewhere, with planted words for it alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedback_app.comments import codes
from feedback_app.comments.holders import NOBODY
from feedback_app.comments.models import Channel
from feedback_app.comments.notes import note_down
from feedback_app.comments.sheet_models import Consent
from feedback_app.comments.sheets import OnPaper, take_sheet
from feedback_app.comments.spoken import Kept, send_spoken
from feedback_app.core import clock
from feedback_app.core.recordings import recording
from feedback_app.policy import VISITOR
from feedback_app.rounds.meetings import MeetingPlan, open_helper_link, plan_meeting
from tests.comments.acts import said, sent
from tests.comments.pictures import PNG
from tests.comments.sounds import wav

if TYPE_CHECKING:
    from tests.parts.everyone import Settling

COLLECTOR = "Quilla Fenn, who collected"
PLACE = "The back room behind the planted bakery"
NOTED = "Said at the planted table and kept by the host."
NUMBER = 7741
HOSTS_ALONE = (COLLECTOR, PLACE, NOTED, str(NUMBER))


def settle(world: Settling) -> None:
    """A session with its picture and a table's note, and one of its sheets."""
    session, host = world.session, world.actor("host")
    media = world.world.app.extensions["media"]
    meeting = plan_meeting(
        session,
        world.open,
        actor=host,
        plan=MeetingPlan(clock.now().date(), PLACE, agenda=(media.put(PNG), "png")),
    )
    open_helper_link(
        session, meeting, actor=host, code_hash=codes.code_hash(world.key, "helper-of-this")
    )
    note = note_down(
        session, meeting, actor=host, body=NOTED, section_key=None, said_by=3, said_of=5
    )
    body = "On paper: let people sit down first."
    sheet, _code = take_sheet(
        session,
        world.open,
        actor=host,
        sent=sent(body),
        said=said(body),
        paper=OnPaper(
            channel=Channel.PAPER,
            received_at=clock.now(),
            consent=Consent.WRITTEN,
            number=NUMBER,
            collected_by=COLLECTOR,
            scan=(media.put(PNG), "png"),
        ),
        key=world.key,
        meeting=meeting,
    )
    spoken, _code = send_spoken(
        session,
        world.open,
        actor=VISITOR,
        sent=sent("spoken"),
        kept=Kept(recording(wav(3)), media.put(wav(3))),
        key=world.key,
        holder=NOBODY,
    )
    world.world.ids |= {
        "sheet": sheet.public_id,
        "meeting": meeting.public_id,
        "note": note.public_id,
        "spoken": spoken.public_id,
    }
