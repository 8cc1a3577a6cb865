"""Collect what the encoder learns from, with spelling mended as the running bot mends it.

Runs in Quiver's own environment and writes JSON lines for train_encoder.py, which runs in one with torch.
Four tasks share the encoder: danger (data/danger/), acts (data/nlu/), known questions (``asked_as``), and which
statements answer a question (``asked_as`` and data/statements/).
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import yaml  # noqa: E402

from components.phrases import respell  # noqa: E402
from knowledge import CareLevel, Topic, load_topic  # noqa: E402
from knowledge.danger_sentences import LETTERS, Sentence, read_sentences  # noqa: E402
from knowledge.reading import Reader, phrases_of  # noqa: E402
from knowledge.statement_questions import read_questions  # noqa: E402

TOPIC = ROOT / "data" / "knowledge" / "muscle_twitches"
DANGER = ROOT / "data" / "danger"
STATEMENTS = ROOT / "data" / "statements" / "training.tsv"
OUT = ROOT / ".training" / "examples.jsonl"
NONE = "none"
TWITCH = "sign.twitch"


def label_of(sentence: Sentence, signs: set[tuple[str, str]]) -> str:
    """The class of a sentence: rule and level, or "none" for what is no sign at all.

    A rule and level that no sign has are still learned where help is needed soon or now: the danger
    gate takes the rule's nearest sign and the level that was heard.
    """
    known = sentence.level in ("E", "U", "S") or (sentence.rule, sentence.level) in signs
    return f"{sentence.rule}.{sentence.level}" if known and sentence.level != "N" else NONE


def examples(topic: Topic, danger: list[Sentence]) -> Iterator[dict[str, Any]]:
    """What is learned from: a text and its label in each task that it teaches.

    What people say to an assistant all day is no danger: the sentences of the acts and the known questions
    teach that too, but for those that name a sign other than the twitch, or in which the rules find danger.
    """
    reader = Reader(phrases_of(topic))
    signs = {(s.rule, LETTERS[s.level]) for s in topic.danger_signs.values()}

    def example(text: str, task: str, label: str) -> dict[str, Any]:
        concepts, dangers = reader.read(text)
        told = any(c.id.startswith("sign.") and c.id != TWITCH and not c.denied for c in concepts)
        safe = not told and all(d.level and d.level.rank > CareLevel.SOON.rank for d in dangers)
        labels = {task: label, **({"danger": NONE} if safe else {})}
        return {"text": respell(reader, text), "labels": labels}

    for sentence in danger:
        yield {"text": respell(reader, sentence.text), "labels": {"danger": label_of(sentence, signs)}}
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for intent in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in intent["examples"].splitlines():
                if line.strip():
                    yield example(line.strip()[2:], "act", intent["intent"])
    for entry in topic.entries.values():
        for wording in entry.asked_as:
            yield example(wording, "question", entry.id)


def answered(topic: Topic) -> Iterator[dict[str, Any]]:
    """Questions and the statements that answer them, one of which must lie nearest: ``text`` and ``near``."""
    reader = Reader(phrases_of(topic))
    for entry in topic.entries.values():
        near = [s.id for s in topic.statements_of(entry)]
        for wording in entry.asked_as if near else ():
            yield {"text": respell(reader, wording), "near": near}
    for question in read_questions(STATEMENTS):
        yield {
            "text": respell(reader, question.text),
            "near": [s for s in question.statements if s in topic.statements],
        }


def data_hash() -> str:
    """Hash of the danger sentences: the card of the encoder names the one that it was trained on."""
    digest = hashlib.sha256()
    for path in sorted(DANGER.glob("*.tsv")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def main() -> None:
    """Write the examples."""
    OUT.parent.mkdir(exist_ok=True)
    topic = load_topic(TOPIC)
    rows = list(examples(topic, read_sentences(DANGER)))
    rows += [row for row in answered(topic) if row["near"]]
    head = {"danger_data_sha256": data_hash(), "statements": {i: s.text.strip() for i, s in topic.statements.items()}}
    OUT.write_text("".join(f"{json.dumps(r, ensure_ascii=False)}\n" for r in (head, *rows)), encoding="utf-8")
    print(f"quiver: {len(rows)} examples in {OUT.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
