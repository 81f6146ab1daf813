"""Twenty thousand rows go out, are edited, and come back; in the soak alone."""

from __future__ import annotations

import os

import pytest

from benchmarks import matrix


@pytest.mark.one_engine
@pytest.mark.long
@pytest.mark.skipif(os.environ.get("FEEDBACK_SOAK") != "1", reason="the soak takes it")
def test_planted_conflicts_are_found_among_twenty_thousand_rows_in_flat_memory(tmp_path):
    few, many = (matrix.measured(tmp_path, size) for size in matrix.SIZES)

    for found in (few, many):
        assert found["back"]["conflicts"] == matrix.CONFLICTS
        assert found["back"]["changes"] == matrix.EDITED - matrix.CONFLICTS
        assert found["back"]["faults"] == 0
    assert many["out"]["peak"] <= 1.3 * few["out"]["peak"]
