"""Measure Quiver against the bot that `rasa init` makes, in one run, in turns.

    .venv/bin/python benchmarks/bench.py [--fresh] [--markdown]

The first run makes the other bot's environment and trains it (about a quarter of an hour on two
cores); later runs reuse both. Everything is kept in .bench/, the figures in .bench/result.json.
The exit code is 0 even when a budget is missed: a benchmark is no test. It is 1 when something
could not be measured.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import measure
import peer
import report
from bots import Bot
from processes import CouldNotMeasure, end_all, end_all_on_signals

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / ".bench"
TRAINED_FROM = ("config.yml", "domain.yml", "data", "components", "knowledge")


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure Quiver against stock Rasa.")
    parser.add_argument("--fresh", action="store_true", help="train both again and time it")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument("--peer-only", action="store_true", help="leave Quiver out (for trials)")
    parser.add_argument("--rounds", type=int, default=80, help="rounds of short conversations")
    parser.add_argument("--conversations", type=int, default=5, help="long conversations")
    parser.add_argument("--starts", type=int, default=3, help="starts of each server")
    parser.add_argument("--trainings", type=int, default=2, help="trainings of each bot")
    return parser.parse_args()


def quiver_bot() -> Bot:
    """Quiver as it stands in this folder, with the model that `make train` made."""
    model = ROOT / "models" / "quiver.tar.gz"
    if not model.is_file():
        raise CouldNotMeasure("models/quiver.tar.gz is missing: run `make train` first")
    return Bot("quiver", ROOT / ".venv" / "bin" / "python", ROOT, model)


def trainings(bots: list[Bot], options: argparse.Namespace) -> dict[str, measure.Samples]:
    """Training figures of all bots: kept ones if they still hold, else new ones of all."""
    path = WORK / "training.json"
    key = {"peer": peer.fingerprint(peer.LOCK, peer.ADDED)}
    if not options.peer_only:
        sources = [ROOT / name for name in TRAINED_FROM if (ROOT / name).exists()]
        key["quiver"] = peer.fingerprint(*sources)
    kept_key, kept = measure.recall_training(path)
    known = {bot.name for bot in bots} <= kept.keys() and bots[0].model.is_file()
    if options.fresh or not known or kept_key["peer"] != key["peer"]:
        measured = measure.train_all(bots, WORK, options.trainings)
        measure.remember_training(path, key, measured)
        return measured
    if kept_key.get("quiver") != key.get("quiver"):
        for each in kept.values():
            each.training_when += ", of an earlier state of Quiver (--fresh times it again)"
    return {bot.name: kept[bot.name] for bot in bots}


def machine() -> dict[str, object]:
    """Say what a reader needs to judge the figures; nothing that names the machine."""
    return {
        "when": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_average": [round(load, 2) for load in os.getloadavg()],
    }


def measure_gate() -> dict[str, float]:
    """The danger gate's own cost, and the encoder's beside it, in milliseconds."""
    command = [str(ROOT / ".venv" / "bin" / "python"), str(ROOT / "benchmarks" / "gate.py")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CouldNotMeasure(f"benchmarks/gate.py failed: {done.stderr.strip().splitlines()[-1:]}")
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def bench(options: argparse.Namespace) -> None:
    """Make what is missing, measure everything, write and print the table."""
    WORK.mkdir(exist_ok=True)
    (WORK / ".gitignore").write_text("*\n", encoding="utf-8")
    before = machine()
    ours = [] if options.peer_only else [quiver_bot()]
    measure.say_progress("environment of the peer")
    bots = [peer.make_project(WORK, peer.make_environment(WORK)), *ours]
    samples = trainings(bots, options)
    measure.measure_starts(bots, WORK, options.starts - 1, samples)
    measure.measure_running(bots, WORK, options.rounds, options.conversations, samples)
    for bot in bots:
        measure.measure_environment(bot, samples[bot.name])
    table = report.rows(samples["peer"], samples.get("quiver"))
    gate = measure_gate() if ours else None
    result = {
        "before": before,
        "after": machine(),
        "gate_ms": gate,
        "rows": [row.as_json() for row in table],
        "samples": {name: each.as_json() for name, each in samples.items()},
    }
    (WORK / "result.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(report.as_markdown(table) if options.markdown else report.as_text(table))
    print()
    if gate:
        print(
            f"danger gate, a message of 200 characters: {gate['gate']:.1f} ms beside the encoder (budget 5 ms); "
            f"the encoder takes {gate['encoder']:.1f} ms for the message and its clauses, {gate['texts']:.0f} texts."
        )
    print(
        f"{before['when']}, {before['system']}, {before['cores']} cores, "
        f"Python {before['python']}, load average {before['load_average']}; "
        f"trainings timed {samples['peer'].training_when}."
    )


def main() -> int:
    """Run the benchmark; leave nothing running behind."""
    options = arguments()
    end_all_on_signals()
    try:
        bench(options)
    except (CouldNotMeasure, OSError) as problem:
        print(f"could not measure: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    finally:
        end_all()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
