"""The hidden mark of an exported row; peers.md, complaint 10."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.rules.row_locks import read, write


@given(st.integers(0, 10**9 - 1), st.integers(0, 10**9 - 1))
def test_what_is_written_is_read_back(line, mine):
    assert read(write(line, mine)) == (line, mine)


@pytest.mark.parametrize("text", ["", None, "3", "L3", "M4", "L3M4.0", "L-1M2"])
def test_what_is_no_mark_is_not_guessed(text):
    assert read(text) is None
