"""Sentences that people might write, each with its danger rule and level: what is learned from and tested on.

Tab-separated files, one for each rule, so that a clinician can open them in a spreadsheet. A sentence of level
R, H or N stands in the file of the rule that it is near to.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from knowledge.model import CareLevel
from knowledge.rows import read_rows, wrong_row

COLUMNS = ("level", "kind", "hand", "text")
LETTERS = {
    CareLevel.EMERGENCY: "E",
    CareLevel.URGENT: "U",
    CareLevel.SOON: "S",
    CareLevel.ROUTINE: "R",
    CareLevel.SELF_CARE: "H",
}
NOTHING = "N"  # the letter of a sentence that has nothing to do with any rule


class Sentence(NamedTuple):
    """One sentence: the rule it is of or near to, its level as a letter, its kind, who wrote it."""

    rule: str
    level: str
    kind: str
    hand: str
    text: str

    @property
    def care_level(self) -> CareLevel | None:
        """The level of care; None where the sentence has nothing to do with any rule."""
        return next((level for level, letter in LETTERS.items() if letter == self.level), None)

    @property
    def is_danger(self) -> bool:
        """Whether help is needed soon, today or now."""
        return self.level in ("E", "U", "S")


def read_sentences(folder: Path) -> list[Sentence]:
    """Every row of the files ``<rule>.tsv`` of a folder, in order.

    Raises:
        ValueError: a row that is not level, kind, hand and text; it names file and line.
    """
    found = []
    for path in sorted(folder.glob("*.tsv")):
        for number, row in read_rows(path, COLUMNS):
            if row[0] not in {*LETTERS.values(), NOTHING}:
                raise ValueError(wrong_row(path, number, COLUMNS))
            found.append(Sentence(path.stem, *row))
    return found
