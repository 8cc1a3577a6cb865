"""Command line over the knowledge files: ``python -m knowledge check|schema [FOLDER]``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from pydantic import create_model

from knowledge.checks import check_topic, summary
from knowledge.loading import LISTS, SINGLES, load_topic

DEFAULT_FOLDER = Path("data/knowledge/muscle_twitches")


def _grade() -> Callable[[str], float] | None:
    try:
        import textstat
    except ImportError:  # a production environment without the development tools
        return None
    return textstat.flesch_kincaid_grade  # type: ignore[no-any-return]


def schema() -> str:
    """JSON Schema of a knowledge file, for editors; written from the model."""
    fields = {name: (list[kind], None) for name, kind in LISTS.items()}  # type: ignore[valid-type]
    fields |= {name: (kind, None) for name, kind in SINGLES.items()}  # type: ignore[misc]
    fields["defaults"] = (dict, None)  # type: ignore[assignment]
    file = create_model("KnowledgeFile", **fields)  # type: ignore[call-overload]
    # The review fields of a statement may come from "defaults".
    loaded = file.schema()
    required = loaded["definitions"]["Statement"]["required"]
    loaded["definitions"]["Statement"]["required"] = [f for f in required if f not in ("reviewed_on", "next_review")]
    loaded["additionalProperties"] = False
    return json.dumps(loaded, indent=2, sort_keys=True) + "\n"


def main(argv: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m knowledge", description=__doc__)
    parser.add_argument("command", choices=("check", "schema"))
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT_FOLDER)
    args = parser.parse_args(argv)
    if args.command == "schema":
        print(schema(), end="")
        return 0
    grade = _grade()
    problems = check_topic(args.folder, date.today(), grade)
    for problem in problems:
        print(f"{problem}{' (warning)' if problem.warning else ''}")
    errors = [p for p in problems if not p.warning]
    if errors:
        print(f"{len(errors)} to mend.", file=sys.stderr)
        return 1
    print(summary(load_topic(args.folder), grade))
    if grade is None:
        print("Reading grades were not measured: textstat is not installed.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
