"""Resolve the dependencies of pyproject.toml anew into requirements.lock: `make lock`.

Universal (one file for Linux x86-64 and arm64 and macOS arm64), every file with its hash, and no
address: any mirror serves.
"""

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from install import ROOT, find_uv, stop


def main() -> None:
    """Write the lock file."""
    command = [find_uv(), "pip", "compile", "pyproject.toml", "--group", "dev", "--universal",
               "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links",
               "--no-header", "--quiet", "--upgrade", "--output-file", "requirements.lock"]  # fmt: skip
    if subprocess.run(command, cwd=str(ROOT)).returncode != 0:
        stop("the dependencies could not be resolved; the lines above say why. requirements.lock is as it was.")


if __name__ == "__main__":
    main()
