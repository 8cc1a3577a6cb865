"""Understanding, side by side: `make compare` writes docs/understanding.md and its pictures.

Three pipelines learn from the same sentences (data/nlu/) and read the same held-out messages, in one run:
Quiver's, that of the bot which `rasa init` makes, and a plain bag of words with logistic regression. `--quick` leaves
the second out, which takes an hour or two; `--report` writes the report of the last run anew, when only the marks of
the held-out messages or the report itself have changed.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import peer
from processes import CouldNotMeasure, end_all, end_all_on_signals, run

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import understanding_report as report  # noqa: E402

from tests.nlu.scoring import Acts, Marked, Reading, held_out, score_acts, score_reading  # noqa: E402

WORK = ROOT / ".bench"
MESSAGES, PARSES, TRAINING = "messages.json", "parses.json", "training.json"
# Seconds that one training may take: the default pipeline (DIET, 100 epochs) needs over a minute an epoch on two cores.
LIMIT = 4 * 3600.0
OWN_PYTHON = ROOT / ".venv" / "bin" / "python"
BAG_OF_WORDS = """recipe: default.v1
language: en
pipeline:
  - name: WhitespaceTokenizer
  - name: CountVectorsFeaturizer
  - name: LogisticRegressionClassifier
policies: []
"""


@dataclass(frozen=True)
class Pipeline:
    """A pipeline to be compared: who runs it, where, and its config."""

    name: str
    python: Path
    folder: Path
    config: Path


@dataclass(frozen=True)
class Measured:
    """What a pipeline made of the held-out messages, and what that took."""

    name: str
    acts: Acts
    reading: Reading | None
    training: float  # seconds
    load: float  # seconds until the model could read, imports included
    parse: list[float]  # seconds for each message
    peak: int  # bytes resident at most
    parses: list[dict[str, Any]]

    @property
    def median_ms(self) -> float:
        """Milliseconds of the middle one of all parses."""
        return statistics.median(self.parse) * 1000


def pipelines(*, quick: bool) -> list[Pipeline]:
    """The pipelines, Quiver's first; quick: without the default one."""
    words, default = WORK / "words", peer.folder_in(WORK)
    return [
        Pipeline("quiver", OWN_PYTHON, ROOT, ROOT / "config.yml"),
        *([] if quick else [Pipeline("rasa init", peer.python_in(WORK), default, default / "config.yml")]),
        Pipeline("bag of words", OWN_PYTHON, words, words / "config.yml"),
    ]


def prepare(*, quick: bool) -> None:
    """Make the environment and the files that the pipelines need."""
    if not quick:
        peer.make_project(WORK, peer.make_environment(WORK))
    (WORK / "words").mkdir(parents=True, exist_ok=True)
    (WORK / "words" / "config.yml").write_text(BAG_OF_WORDS, encoding="utf-8")


def folder_of(pipeline: Pipeline) -> Path:
    """Where what was measured of a pipeline lies."""
    return WORK / "compare" / pipeline.name.replace(" ", "-")


def measure(pipeline: Pipeline, messages: list[Marked]) -> None:
    """Train a pipeline's understanding anew, let it read the messages, and keep what came of it."""
    name, folder = pipeline.name.replace(" ", "-"), folder_of(pipeline)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    asked, answered = folder / MESSAGES, folder / PARSES
    asked.write_text(json.dumps([m.text for m in messages]), encoding="utf-8")
    print(f"quiver: training {pipeline.name}", flush=True)
    train = [str(pipeline.python), "-m", "rasa", "train", "nlu", "--config", str(pipeline.config),
             "--nlu", str(ROOT / "data" / "nlu"), "--out", str(folder), "--fixed-model-name", "model"]  # fmt: skip
    cache = {"RASA_CACHE_DIRECTORY": str(folder / "cache")}
    cost = run(train, pipeline.folder, WORK / "logs" / f"compare-train-{name}.log", cache, LIMIT)
    probe = [
        str(pipeline.python),
        str(ROOT / "benchmarks" / "nlu_probe.py"),
        str(folder / "model.tar.gz"),
        str(asked),
        str(answered),
    ]
    extra = {"PYTHONPATH": str(pipeline.folder)}
    run(probe, pipeline.folder, WORK / "logs" / f"compare-read-{name}.log", extra)
    (folder / TRAINING).write_text(json.dumps({"seconds": cost.seconds}), encoding="utf-8")


def measured(pipeline: Pipeline, messages: list[Marked]) -> Measured:
    """What was measured of a pipeline, scored.

    Raises:
        CouldNotMeasure: nothing was, or other messages were read.
    """
    folder = folder_of(pipeline)
    try:
        asked, found, training = (
            json.loads((folder / file).read_text(encoding="utf-8")) for file in (MESSAGES, PARSES, TRAINING)
        )
    except FileNotFoundError as missing:
        raise CouldNotMeasure(f"{missing.filename} is missing: run 'make compare' first") from None
    if asked != [m.text for m in messages]:
        raise CouldNotMeasure(f"{pipeline.name} has read other messages than those of now: run 'make compare' again")
    parses = found["parses"]
    return Measured(
        pipeline.name,
        score_acts(messages, parses),
        score_reading(messages, parses) if pipeline.name == "quiver" else None,
        training["seconds"],
        found["load"],
        found["seconds"],
        found["bytes"],
        parses,
    )


def main() -> int:
    """Measure, write the report; leave nothing running behind."""
    end_all_on_signals()
    quick, anew = "--quick" in sys.argv[1:], "--report" not in sys.argv[1:]
    curves = WORK / "compare" / "curves.json"
    try:
        WORK.mkdir(exist_ok=True)
        messages = held_out()
        if anew:
            prepare(quick=quick)
            for pipeline in pipelines(quick=quick):
                measure(pipeline, messages)
            print("quiver: cross-validation and learning curve", flush=True)
            run(
                [str(OWN_PYTHON), str(ROOT / "benchmarks" / "curves.py"), str(curves)],
                ROOT,
                WORK / "logs" / "curves.log",
            )
        found = [measured(p, messages) for p in pipelines(quick=quick)]
        when = datetime.now(UTC).strftime("%Y-%m-%d")
        report.write(ROOT / "docs", found, messages, json.loads(curves.read_text(encoding="utf-8")), when)
    except (CouldNotMeasure, OSError) as problem:
        print(f"could not measure: {problem}", file=sys.stderr)
        return 1
    finally:
        end_all()
    print("quiver: docs/understanding.md is written")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
