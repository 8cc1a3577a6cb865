"""Questions that people might ask, each with the statements that answer it: what is learned from and tested on.

Tab-separated files: the ids of the statements with commas between (nothing, where no statement answers), who
wrote it, the question.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from knowledge.rows import read_rows

COLUMNS = ("statements", "hand", "text")


class Question(NamedTuple):
    """One question: the statements that answer it, whose hand wrote it, its words."""

    statements: tuple[str, ...]
    hand: str
    text: str


def read_questions(path: Path) -> list[Question]:
    """Every row of a file, in order.

    Raises:
        ValueError: a row that is not statements, hand and text; it names file and line.
    """
    return [Question(tuple(i for i in ids.split(",") if i), *rest) for _, (ids, *rest) in read_rows(path, COLUMNS)]
