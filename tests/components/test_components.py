"""Custom components: each on its own, without a trained model."""

import subprocess
import sys

import numpy as np
import pytest

from components import sentence_encoder
from components.sentence_encoder import EncoderError, encoder
from tests.conftest import ROOT


def test_vectors_have_length_one_and_are_the_same_every_time() -> None:
    first = encoder().encode("my eyelid keeps twitching")
    assert first.shape == (384,)
    assert np.linalg.norm(first) == pytest.approx(1.0, abs=1e-5)
    assert (encoder().encode("my eyelid keeps twitching") == first).all()


def test_like_meanings_lie_nearer() -> None:
    eye, lid, cake = (encoder().encode(t) for t in ("my eye keeps jumping", "eyelid twitching", "recipe for a cake"))
    assert eye @ lid > eye @ cake + 0.2


def test_an_empty_text_is_no_error() -> None:
    assert np.isfinite(encoder().encode("")).all()


def test_a_changed_weights_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    package, name, _ = sentence_encoder.PIECES
    with pytest.raises(EncoderError, match="expected 00"):
        sentence_encoder._checked(package, name, "00")


def test_a_missing_package_is_told() -> None:
    with pytest.raises(EncoderError, match="make install"):
        sentence_encoder._checked("no_such_package", "x", "00")


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
