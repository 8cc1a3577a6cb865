"""Tab-separated files with a line of headings: examples that a spreadsheet can open."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path


def read_rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """Every row below the headings, with its line; the last column is a text that must not be empty.

    Raises:
        ValueError: a row that has other columns; it names file and line.
    """
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), 1):
            if number == 1:
                continue
            if len(row) != len(columns) or not row[-1].strip():
                raise ValueError(wrong_row(path, number, columns))
            yield number, row


def wrong_row(path: Path, number: int, columns: tuple[str, ...]) -> str:
    """What to say of a row that is not as it must be."""
    return f"{path}:{number}: a row must be {', '.join(columns[:-1])} and {columns[-1]}, with tabs between"
