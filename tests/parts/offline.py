"""What a host keeps of people who spoke elsewhere, with planted words for it alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedback_app.comments.models import Channel
from feedback_app.comments.sheet_models import Consent
from feedback_app.comments.sheets import OnPaper, take_sheet
from feedback_app.core import clock
from tests.comments.acts import said, sent
from tests.comments.pictures import PNG

if TYPE_CHECKING:
    from tests.parts.everyone import Settling

COLLECTOR = "Quilla Fenn, who collected"
NUMBER = 7741
HOSTS_ALONE = (COLLECTOR, str(NUMBER))


def settle(world: Settling) -> None:
    """A sheet that the host typed, with a picture and with whoever took it down."""
    session, host = world.session, world.actor("host")
    media = world.world.app.extensions["media"]
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
    )
    world.world.ids |= {
        "sheet": sheet.public_id,
    }
