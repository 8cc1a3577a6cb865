"""The peer: stock Rasa with TensorFlow, and the bot that `rasa init` writes plus a small form."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

from bots import Bot
from processes import CouldNotMeasure, run

HERE = Path(__file__).resolve().parent
LOCK = HERE / "requirements.lock"
ADDED = HERE / "default_bot"
ENVIRONMENT_STAMP = "quiver-benchmark.stamp"


def find_uv() -> str:
    """The uv to use: the one that UV names, else the one on PATH, else that of `make install`."""
    own = HERE.parent / ".tools" / "uv" / "bin" / "uv"
    uv = os.environ.get("UV") or shutil.which("uv") or (str(own) if own.is_file() else None)
    if not uv:
        raise CouldNotMeasure("no uv found: put it on PATH or name it in the variable UV")
    return uv


def fingerprint(*roots: Path) -> str:
    """One hash over files, and over all files below folders."""
    digest = hashlib.sha256()
    for root in roots:
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(root.parent).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def python_in(work: Path) -> Path:
    """The interpreter of the peer's environment."""
    return work / "venv" / "bin" / "python"


def folder_in(work: Path) -> Path:
    """The folder of the peer's project."""
    return work / "peer"


def make_environment(work: Path) -> Path:
    """Install the locked environment unless it is there already; return its interpreter.

    It gets the interpreter that runs this, which is Quiver's own. The lock also holds the
    build tools of the few packages that have no wheel.
    """
    folder, python = work / "venv", python_in(work)
    stamp = folder / ENVIRONMENT_STAMP
    wanted = f"{fingerprint(LOCK)} {sys.version}"
    if stamp.is_file() and stamp.read_text() == wanted:
        return python
    uv, log = find_uv(), work / "logs" / "environment.log"
    shutil.rmtree(folder, ignore_errors=True)
    run([uv, "venv", "--python", sys.executable, str(folder)], HERE, log)
    install = [uv, "pip", "sync", "--python", str(python), "--require-hashes"]
    run([*install, "--build-constraints", LOCK.name, "--compile-bytecode", LOCK.name], HERE, log)
    stamp.write_text(wanted)
    return python


def make_project(work: Path, python: Path) -> Bot:
    """Write the bot of `rasa init` and our additions; its model is trained elsewhere.

    The files are copied by the function that `rasa init --no-prompt` itself uses, because that
    command would also train, and its training would be neither timed nor of the final bot.
    """
    folder = folder_in(work)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    scaffold = "from rasa.cli.scaffold import create_initial_project as create; create('.')"
    run([str(python), "-c", scaffold], folder, work / "logs" / "scaffold.log")
    (folder / "domain").mkdir()
    (folder / "domain.yml").rename(folder / "domain" / "default.yml")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ADDED, folder, dirs_exist_ok=True, ignore=ignored)
    return Bot("peer", python, folder, work / "models" / "peer.tar.gz", domain="domain")
