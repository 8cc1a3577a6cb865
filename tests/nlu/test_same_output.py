"""The same message gives the same output on every run, byte for byte."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.nlu.scoring import held_out

MODEL = ROOT / "models" / "quiver.tar.gz"
MESSAGES = 60


def parsed_anew(messages: Path, out: Path, hash_seed: str) -> bytes:
    """What a process of its own reads from the messages."""
    probe = ROOT / "benchmarks" / "nlu_probe.py"
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    subprocess.run(
        [sys.executable, str(probe), str(MODEL), str(messages), str(out)],
        check=True, cwd=ROOT, env=environment, capture_output=True, timeout=300,
    )  # fmt: skip
    return json.dumps(json.loads(out.read_text(encoding="utf-8"))["parses"]).encode()


def test_two_processes_read_the_same_byte_for_byte(tmp_path: Path) -> None:
    texts = [message.text for message in held_out()][:: len(held_out()) // MESSAGES][:MESSAGES]
    messages = tmp_path / "messages.json"
    messages.write_text(json.dumps(texts), encoding="utf-8")
    first = parsed_anew(messages, tmp_path / "first.json", "1")
    assert len(json.loads(first)) == MESSAGES
    assert any(parse["entities"] for parse in json.loads(first))
    assert parsed_anew(messages, tmp_path / "second.json", "2") == first
