"""Words in the demo world that nobody, or only some, may ever read."""

PLANTED = {
    "held": "Zelda Quorn waits",
    "hidden": "Zelda Quorn hides",
    "masked": "Zelda Quorn covered",
    "withdrawn": "Zelda Quorn left",
    "erased": "Zelda Quorn erased",
    "shown": "Zelda Quorn sells watches",
}
DRAFT_WORDS = "Nobody outside has read this planted sentence of the draft yet."
