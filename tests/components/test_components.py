"""Custom components: each on its own, without a trained model."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from components.danger_reading import clauses_of, danger_head
from components.sentence_encoder import FOLDER, Encoder, EncoderError, encoder
from knowledge.model import CareLevel
from tests.conftest import ROOT


def test_vectors_have_length_one_and_are_the_same_every_time() -> None:
    first = encoder().encode("my eyelid keeps twitching")
    assert first.shape == (384,)
    assert np.linalg.norm(first) == pytest.approx(1.0, abs=1e-5)
    assert (encoder().encode("my eyelid keeps twitching") == first).all()


def test_like_meanings_lie_nearer() -> None:
    eye, lid, cake = (encoder().encode(t) for t in ("my eye keeps jumping", "eyelid twitching", "recipe for a cake"))
    assert eye @ lid > eye @ cake


def test_an_empty_text_is_no_error() -> None:
    assert np.isfinite(encoder().encode("")).all()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(FOLDER, tmp_path / "encoder")
    return tmp_path / "encoder"


def test_a_changed_file_is_refused(copied: Path) -> None:
    (copied / "heads.npz").write_bytes(b"something else")
    with pytest.raises(EncoderError, match=r"heads.npz has sha256 .*make train-encoder"):
        Encoder(copied)


@pytest.mark.parametrize("name", ["encoder.onnx", "card.json"])
def test_a_missing_file_is_told(copied: Path, name: str) -> None:
    (copied / name).unlink()
    with pytest.raises(EncoderError, match="repository's own copy"):
        Encoder(copied)


def heard(text: str) -> list[tuple[str, str]]:
    """Rule and level of what the head hears above one half, emergency and urgent together."""
    found = danger_head().hear(text)
    now = found.share[CareLevel.EMERGENCY] + found.share[CareLevel.URGENT]
    level = max(found.share, key=lambda x: found.share[x])
    return [(rule, level.value) for rule, level in found.signs[level]] if now > 0.5 else []


def test_the_head_names_rule_and_level() -> None:
    assert heard("one side of my face just slid down")[0] == ("T01", "emergency")
    assert heard("my wee has gone like coca cola after the gym")[0][0] == "T17"
    assert heard("what can i do about a twitchy eyelid") == []


def test_shares_are_probabilities() -> None:
    found = danger_head().hear("my legs gave way this morning")
    assert 0 < sum(found.share.values()) <= 1.000001


def test_short_messages_are_read_whole_and_long_ones_by_sentences_too() -> None:
    assert clauses_of("my calf twitches. it is fine.") == []
    text = "First sentence here about nothing. " * 5 + "And " + "word " * 60
    spans = clauses_of(text)
    assert next(text[a:b] for a, b in spans) == "First sentence here about nothing."
    assert all(len(text[a:b].split()) <= 40 for a, b in spans)
    assert text[spans[-1][0] : spans[-1][1]].endswith("word")


def test_the_stand_in_for_tensorflow_refuses_real_use() -> None:
    code = (
        "import tensorflow as tf, keras\n"
        "from tensorflow.keras.layers import Dense\n"
        "class Mine(tf.keras.Model): pass\n"
        "@tf.function\ndef f(x): return x\n"
        "assert f(3) == 3\n"
        "try:\n    tf.constant(1)\nexcept RuntimeError as e:\n    print(e)\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert "TensorFlow is not installed" in found.stdout


def test_diet_is_refused_with_a_clear_error() -> None:
    code = "import tensorflow as tf\ntf.random.set_seed(1)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert found.returncode != 0
    assert "docs/decisions/0001-runtime.md" in found.stderr


def test_telemetry_is_off_for_every_command_of_the_environment() -> None:
    code = "import os; print(os.environ['RASA_TELEMETRY_ENABLED'])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={"PATH": ""}, check=True)
    assert found.stdout.strip() == "false"
