"""What people read for the values of sections and versions."""

from __future__ import annotations

from feedback_app.core.i18n import N_
from feedback_app.curricula.covering_models import CoverEnding, CoverGround
from feedback_app.curricula.models import Openness, SectionKind

KIND_LABELS: dict[SectionKind, str] = {
    SectionKind.OVERVIEW: N_("Overview"),
    SectionKind.OBJECTIVE: N_("Objectives"),
    SectionKind.CONTENT: N_("Content"),
    SectionKind.ACTIVITY: N_("Activity"),
    SectionKind.ASSESSMENT: N_("Test"),
    SectionKind.INSTRUCTOR_NOTE: N_("Note for instructors"),
    SectionKind.MATERIAL: N_("Material"),
    SectionKind.SAFETY: N_("Safety"),
}
OPENNESS_LABELS: dict[Openness, str] = {
    Openness.OPEN: N_("Can change"),
    Openness.PARTLY: N_("Some of it can change"),
    Openness.FIXED: N_("Set by law or policy"),
}
LEVEL_LABELS: dict[int, str] = {
    1: N_("Section"),
    2: N_("Part of the section above"),
    3: N_("Part of a part"),
}
GROUND_LABELS: dict[CoverGround, str] = {
    CoverGround.LAW: N_("A law or a court order"),
    CoverGround.SAFETY: N_("The safety of a person"),
    CoverGround.COPYRIGHT: N_("Copyright"),
    CoverGround.PRIVATE: N_("Details of a private person"),
}
COVER_ENDING_LABELS: dict[CoverEnding, str] = {
    CoverEnding.TAKEN_BACK: N_("whoever proposed it took it back"),
    CoverEnding.REFUSED: N_("the second person did not agree"),
}
