"""Make the environment with torch for `make train-encoder`, in .training/venv, from the two locks here.

By pip and not by uv, because pip also looks where the machine keeps wheels of its own. On Linux x86-64 the
package index holds only torch for graphics cards; its CPU build must be found by pip's settings
(PIP_EXTRA_INDEX_URL or PIP_FIND_LINKS). The locks are whole, so no dependency is looked up: one package asks
for much that its files don't need.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parent / ".training" / "venv"
LOCKS = (HERE / "torch.lock", HERE / "requirements.lock")


def main() -> None:
    """Install, unless all is there already."""
    stamp = FOLDER / "ready"
    wanted = "".join(lock.read_text(encoding="utf-8") for lock in LOCKS)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    print("quiver: installing torch and what it needs into .training/venv (about 1.5 GB)", flush=True)
    venv.create(FOLDER, clear=True, with_pip=True)
    install = [str(FOLDER / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
    locks = [option for lock in LOCKS for option in ("-r", str(lock))]
    if subprocess.run([*install, *locks]).returncode != 0:
        sys.exit(
            "quiver: the packages could not be installed; the lines above say why. On Linux x86-64 pip must find "
            "the CPU build of torch: set PIP_EXTRA_INDEX_URL to PyTorch's own index for CPUs."
        )
    stamp.write_text(wanted, encoding="utf-8")


if __name__ == "__main__":
    main()
