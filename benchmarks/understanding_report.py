"""Writes docs/understanding.md and its pictures from what compare.py measured."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib

matplotlib.use("Agg")
import numpy as np
from matplotlib import pyplot as plt
from sklearn.metrics import confusion_matrix

from tests.nlu.scoring import Acts, Marked

if TYPE_CHECKING:
    from compare import Measured

PICTURES = "pictures"
BINS = 10
BLUE, ORANGE, GREY = "#1f5fa8", "#c8601a", "#8a8a8a"


def write(
    docs: Path, measured: Sequence[Measured], messages: Sequence[Marked], curves: dict[str, Any], when: str
) -> None:
    """Write the report and the pictures beside it."""
    folder = docs / PICTURES
    folder.mkdir(exist_ok=True)
    own = measured[0]
    _confusion(own.acts, folder / "confusion.png")
    _reliability(own.acts, folder / "reliability.png")
    _confidence(own.acts, folder / "confidence.png")
    _learning(curves, folder / "learning.png")
    (docs / "understanding.md").write_text("\n".join(_lines(measured, messages, curves, when)) + "\n", encoding="utf-8")


def calibration_error(acts: Acts) -> float:
    """Mean distance between probability and share right over ten bins, weighted by their size (Guo et al. 2017)."""
    chances = np.array([c for c, _ in acts.chances])
    right = np.array([r for _, r in acts.chances], dtype=float)
    bins = np.minimum((chances * BINS).astype(int), BINS - 1)
    return float(sum(abs(chances[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in set(bins)))


def _lines(measured: Sequence[Measured], messages: Sequence[Marked], curves: dict[str, Any], when: str) -> list[str]:
    own, reading = measured[0], measured[0].reading
    if reading is None:
        raise ValueError("the first pipeline must be Quiver's: only it reads more than the act")
    precision, recall = own.acts.outside
    with_encoder, without = curves["with the encoder"], curves["without it"]
    hands = sorted({m.hand for m in messages})
    return [
        "# How well Quiver understands",
        "",
        f"Written by `make compare` on {when}; don't edit. {len(messages)} held-out messages by {len(hands)} hands, who saw",
        "the lists of acts and concepts and no training sentence (`tests/nlu/held_out.yml`). No run of five words is",
        "shared with a sentence that teaches acts, questions, statements, spans of time or danger. A second person marked each",
        "message without sight of the first marks, and a third decided where they differed (`tests/nlu/marking.md`): the two",
        "agree on the main act of 95.6 % of the messages, on concepts with F1 0.977, on since when in 98 %.",
        "",
        "## The figures",
        "",
        "| figure | reached | bar |",
        "| --- | --- | --- |",
        f"| main act, accuracy | {own.acts.accuracy:.3f} | |",
        f"| main act, macro F1 | {own.acts.macro_f1:.3f} | 0.90 |",
        f"| outside Quiver's subject, recall | {recall:.3f} | 0.90 |",
        f"| outside Quiver's subject, precision | {precision:.3f} | 0.90 |",
        f"| concepts, F1 (precision, recall) | {reading.concepts.f1:.3f} ({reading.concepts.precision:.3f}, {reading.concepts.recall:.3f}) | 0.95 |",
        f"| affirmed or denied, right of {reading.negation_of} | {reading.negation:.3f} | 0.97 |",
        f"| since when, right of {reading.days_of} | {reading.durations:.3f} | 0.95 |",
        f"| left, right or both, F1 | {reading.sides.f1:.3f} | |",
        f"| all acts of messages with several, F1 | {reading.further.f1:.3f} | |",
        f"| probability of the act, calibration error | {calibration_error(own.acts):.3f} | |",
        "",
        "Outside: other health, anything else, not understood, not English. Since when: within a day or a tenth; a span of",
        "time read where none is told counts as wrong.",
        "",
        "## Side by side",
        "",
        "The same sentences teach, the same messages are read, in one run on one machine.",
        "",
        "| | " + " | ".join(m.name for m in measured) + " |",
        "| --- |" + " --- |" * len(measured),
        _row("accuracy", [f"{m.acts.accuracy:.3f}" for m in measured]),
        _row("macro F1", [f"{m.acts.macro_f1:.3f}" for m in measured]),
        _row("outside, precision", [f"{m.acts.outside[0]:.3f}" for m in measured]),
        _row("outside, recall", [f"{m.acts.outside[1]:.3f}" for m in measured]),
        _row("training, s", [f"{m.training:.0f}" for m in measured]),
        _row("until the model reads, s", [f"{m.load:.1f}" for m in measured]),
        _row("one parse, median ms", [f"{m.median_ms:.1f}" for m in measured]),
        _row("memory at most, MB", [f"{m.peak / 1e6:.0f}" for m in measured]),
        "",
        *(
            []
            if any(m.name == "rasa init" for m in measured)
            else [
                "Rasa's default pipeline was left out of this run (`make compare QUICK=1`): it trains for an hour or two.",
                "",
            ]
        ),
        "Quiver reads danger, concepts, measures, further acts and the language in the same parse; the others read the act.",
        "",
        "## Pictures",
        "",
        f"![Confusion of the acts]({PICTURES}/confusion.png)",
        "",
        f"![Probability against share right]({PICTURES}/reliability.png)",
        "",
        f"![Probability of right and wrong readings]({PICTURES}/confidence.png)",
        "",
        f"![Learning curve]({PICTURES}/learning.png)",
        "",
        "## Cross-validation and more data",
        "",
        f"Five folds of the {curves['sentences']} training sentences: accuracy {_fold(with_encoder, 0)}, macro F1 {_fold(with_encoder, 1)}. The encoder has",
        f"seen these sentences, so that flatters; without it: accuracy {_fold(without, 0)}, macro F1 {_fold(without, 1)}.",
        "",
        _more_data(with_encoder["curve"]),
        "",
        "## Each act",
        "",
        "| act | messages | precision | recall | F1 |",
        "| --- | --- | --- | --- | --- |",
        *(f"| `{act}` | {n} | {p:.2f} | {r:.2f} | {f1:.2f} |" for act, (p, r, f1, n) in own.acts.of_each().items()),
    ]


def _row(name: str, cells: Sequence[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"


def _fold(figures: dict[str, Any], column: int) -> str:
    values = [fold[column] for fold in figures["folds"]]
    return f"{np.mean(values):.3f} (from {min(values):.3f} to {max(values):.3f})"


def _more_data(curve: Sequence[Sequence[float]]) -> str:
    (half, at_half, _), (whole, at_whole, _) = curve[-3], curve[-1]
    return (
        f"Learned from {half:.0f} sentences the held-out accuracy is {at_half:.3f}, from all {whole:.0f} it is {at_whole:.3f}: "
        f"the last doubling of the data brought {100 * (at_whole - at_half):.1f} points."
    )


def _confusion(acts: Acts, path: Path) -> None:
    names = sorted({a for pair in acts.pairs for a in pair})
    counts = confusion_matrix([a for a, _ in acts.pairs], [b for _, b in acts.pairs], labels=names)
    figure, axes = plt.subplots(figsize=(10, 9))
    axes.imshow(np.log1p(counts), cmap="Blues")
    for i, row in enumerate(counts):
        for j, count in enumerate(row):
            if count:
                dark = np.log1p(count) > np.log1p(counts).max() * 0.6
                axes.text(j, i, str(count), ha="center", va="center", fontsize=7, color="white" if dark else "black")
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=8)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.set_xlabel("read as")
    axes.set_ylabel("meant")
    axes.set_title("Acts of the held-out messages")
    _save(figure, path)


def _reliability(acts: Acts, path: Path) -> None:
    chances = np.array([c for c, _ in acts.chances])
    right = np.array([r for _, r in acts.chances], dtype=float)
    bins = np.minimum((chances * BINS).astype(int), BINS - 1)
    used = [b for b in range(BINS) if (bins == b).any()]
    figure, axes = plt.subplots(figsize=(6, 5))
    axes.plot([0, 1], [0, 1], color=GREY, linestyle="--", label="perfect")
    means, shares = [chances[bins == b].mean() for b in used], [right[bins == b].mean() for b in used]
    axes.plot(means, shares, marker="o", color=BLUE, label="Quiver")
    for b, x, y in zip(used, means, shares, strict=True):
        axes.annotate(str((bins == b).sum()), (x, y), textcoords="offset points", xytext=(4, -12), fontsize=8)
    axes.set_xlabel("probability given")
    axes.set_ylabel("share right (number of messages beside)")
    axes.set_title("Is a probability of 0.8 right in 8 of 10?")
    axes.legend()
    _save(figure, path)


def _confidence(acts: Acts, path: Path) -> None:
    right = [c for c, r in acts.chances if r]
    wrong = [c for c, r in acts.chances if not r]
    figure, axes = plt.subplots(figsize=(6, 5))
    edges = np.linspace(0, 1, 21)
    axes.hist([right, wrong], bins=edges, label=["right", "wrong"], color=[BLUE, ORANGE])
    axes.set_yscale("symlog")
    axes.set_xlabel("probability given")
    axes.set_ylabel("messages")
    axes.set_title("How sure Quiver was, right and wrong")
    axes.legend()
    _save(figure, path)


def _learning(curves: dict[str, Any], path: Path) -> None:
    figure, axes = plt.subplots(figsize=(6, 5))
    for name, color in (("with the encoder", BLUE), ("without it", ORANGE)):
        curve = curves[name]["curve"]
        axes.plot([n for n, _, _ in curve], [a for _, a, _ in curve], marker="o", color=color, label=name)
    axes.set_xlabel("training sentences")
    axes.set_ylabel("accuracy on the held-out messages")
    axes.set_title("How much more data would help")
    axes.legend()
    axes.grid(alpha=0.3)
    _save(figure, path)


def _save(figure: Any, path: Path) -> None:
    figure.tight_layout()
    # no software version in the file: the same figures give the same bytes
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)
