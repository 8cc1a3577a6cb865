"""Train the model when none fits the data: `make train`, and part of `make run` and `make test`."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from knowledge import KnowledgeError, load_topic  # noqa: E402
from knowledge.reading import phrases_of  # noqa: E402

TOPIC = ROOT / "data" / "knowledge" / "muscle_twitches"
MODEL = ROOT / "models" / "quiver.tar.gz"
KEY = ROOT / "models" / "quiver.key"
LOG = ROOT / ".run" / "train.log"
# What a model is made from. Statements are not: editing words needs no training.
TRAINED_FROM = ("config.yml", "domain.yml", "requirements.lock", "data/nlu", "data/rules", "data/stories",
                "data/responses", "data/statements", "components", "knowledge/reading.py",
                "models/encoder/card.json")  # fmt: skip


def model_key() -> str:
    """Hash of all that a model is made from.

    Raises:
        KnowledgeError: if the knowledge files can't be read.
    """
    digest = hashlib.sha256()
    for name in TRAINED_FROM:
        path = ROOT / name
        files = sorted(p for p in path.rglob("*") if p.suffix in (".yml", ".py", ".tsv")) if path.is_dir() else [path]
        for file in files:
            digest.update(f"{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    topic = load_topic(TOPIC)
    digest.update(json.dumps(phrases_of(topic), sort_keys=True).encode())
    digest.update(json.dumps([(e.id, e.asked_as) for e in topic.entries.values()]).encode())
    return digest.hexdigest()


def ensure_model(*, force: bool = False) -> None:
    """Train if there is no model, or one made from other data.

    Raises:
        SystemExit: with a clear line, if the knowledge is wrong or the training fails.
    """
    try:
        key = model_key()
    except KnowledgeError as error:
        sys.exit(f"{error}\nquiver: the knowledge files must be mended before a model can be trained.")
    if not force and MODEL.exists() and KEY.exists() and KEY.read_text(encoding="utf-8").strip() == key:
        return
    LOG.parent.mkdir(exist_ok=True)
    print("quiver: training the model (about a minute)", end="", flush=True)
    started = time.monotonic()
    command = [
        sys.executable,
        "-m",
        "rasa",
        "train",
        "--fixed-model-name",
        "quiver",
        "--out",
        str(MODEL.parent),
        "--skip-validation",  # `make test` runs `rasa data validate`, with warnings as errors
    ]
    with LOG.open("w", encoding="utf-8") as log:
        process = subprocess.Popen([*command, *(["--force"] if force else [])], cwd=ROOT, stdout=log, stderr=log)
        while process.poll() is None:
            time.sleep(2)
            print(".", end="", flush=True)
    print(f" {time.monotonic() - started:.0f} s", flush=True)
    if process.returncode != 0:
        tail = LOG.read_text(encoding="utf-8").strip().splitlines()[-3:]
        sys.exit("\n".join([*tail, f"quiver: training failed; all of it is in {LOG.relative_to(ROOT)}"]))
    KEY.write_text(f"{key}\n", encoding="utf-8")


if __name__ == "__main__":
    os.chdir(ROOT)
    ensure_model(force="--force" in sys.argv)
    print(f"quiver: {MODEL.relative_to(ROOT)} fits the data")
