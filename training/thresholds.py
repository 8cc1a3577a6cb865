"""What thresholds would give: danger signs caught against controls raised, on sentences kept for this.

Prints, for several weights of the clauses, the share of emergency and urgent sentences caught at thresholds
that raise a given share of the controls. config.yml is set from it (docs/decisions/0009-learned-danger.md).
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import yaml  # noqa: E402

from components.danger_reading import clauses_of, danger_head  # noqa: E402
from components.phrases import respell  # noqa: E402
from knowledge import load_topic  # noqa: E402
from knowledge.danger_sentences import Sentence, read_sentences  # noqa: E402
from knowledge.model import CareLevel  # noqa: E402
from knowledge.reading import Reader, phrases_of  # noqa: E402
from training.examples import TOPIC  # noqa: E402

NOW = (CareLevel.EMERGENCY, CareLevel.URGENT)


def everyday() -> list[Sentence]:
    """Messages of the acts' own test that are no danger: what people say to an assistant all day."""
    acts = yaml.safe_load((ROOT / "tests" / "nlu" / "test_acts.yml").read_text(encoding="utf-8"))["nlu"]
    lines = [line.strip()[2:] for act in acts for line in act["examples"].splitlines() if line.strip()]
    return [Sentence("none", "N", "everyday", "acts", line) for line in lines]


def main() -> None:
    """Print the table."""
    reader, head = Reader(phrases_of(load_topic(TOPIC))), danger_head()
    sentences = [*read_sentences(ROOT / "data" / "danger" / "thresholds"), *everyday()]
    whole, clause, soon, ruled = [], [], [], []
    for sentence in sentences:
        heard = head.hear(respell(reader, sentence.text))
        parts = [head.hear(respell(reader, sentence.text[a:b])) for a, b in clauses_of(sentence.text)]
        whole.append(sum(heard.share[x] for x in NOW))
        clause.append(max((sum(p.share[x] for x in NOW) for p in parts), default=0.0))
        soon.append(heard.share[CareLevel.SOON])
        ruled.append(any(d.level in NOW for d in reader.read(sentence.text)[1]))
    levels = np.array([s.level for s in sentences])
    now, control = np.isin(levels, ["E", "U"]), np.isin(levels, ["R", "H", "N"])
    rules = np.array(ruled)
    print(f"{now.sum()} emergency and urgent, {(levels == 'S').sum()} soon, {control.sum()} controls")
    print(f"rules alone: {rules[now].mean():.3f} caught, {rules[control].mean():.3f} raised")
    for weight in (0.0, 0.5, 0.6, 0.7, 0.8, 0.9):
        score = np.maximum(np.array(whole), weight * np.array(clause))
        line = []
        for threshold in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            raised = (score >= threshold) | rules
            line.append(f"{threshold:.1f}: {raised[now].mean():.3f}/{raised[control].mean():.3f}")
        print(f"clauses x {weight}: " + "  ".join(line))
    either = np.array(whole) + np.array(soon)
    for threshold in (0.3, 0.4, 0.5, 0.6, 0.7):
        mine = either >= threshold
        caught, raised = mine[levels == "S"].mean(), mine[control].mean()
        print(f"soon or more from {threshold}: {caught:.3f} of soon, {raised:.3f} of controls")


if __name__ == "__main__":
    main()
