"""Finds a quoted passage again in a later text."""

from __future__ import annotations

import enum


class PlacementState(enum.StrEnum):
    SAME = "same"
    MOVED = "moved"
    REWORDED = "reworded"
    REMOVED = "removed"
    UNPLACED = "unplaced"
