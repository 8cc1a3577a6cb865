"""Questions that people might ask, each with the statements that answer it: what is learned from and tested on.

Tab-separated files: the ids of the statements with commas between (nothing, where no statement answers), who
wrote it, the question.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple


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
    found = []
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), 1):
            if number == 1:
                continue
            if len(row) != 3 or not row[2].strip():
                raise ValueError(f"{path}:{number}: a row must be statements, hand and text, with tabs between")
            found.append(Question(tuple(i for i in row[0].split(",") if i), row[1], row[2]))
    return found
