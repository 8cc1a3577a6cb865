"""Make the project's environment: `make install`. Needs nothing but a Python 3 to run this file.

Everything lands inside the project: uv in .tools, the environment in .venv, a Python 3.11 in
.tools/python where the machine has none. Runs on any Python from 3.7 on.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS, VENV = ROOT / ".tools", ROOT / ".venv"
READY = VENV / ".ready"
UV_VERSION = "0.13.9"
NEEDED_GB = 3.0
# An early uv has no hash-checked sync of universal locks.
OLDEST_UV = (0, 5)


def stop(message: str) -> "None":
    """End with one line that says what to do."""
    sys.exit(f"quiver: {message}")


def say(message: str) -> None:
    """Tell what is going on."""
    print(f"quiver: {message}", flush=True)


def works(command: "list[str]") -> bool:
    """Whether a command runs and succeeds."""
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def uv_on_path() -> "str | None":
    """An installed uv that is new enough."""
    found = os.environ.get("UV") or shutil.which("uv")
    if not found:
        return None
    try:
        words = subprocess.run([found, "--version"], stdout=subprocess.PIPE, universal_newlines=True).stdout.split()
        version = tuple(int(n) for n in words[1].split(".")[:2])
    except (OSError, IndexError, ValueError):
        return None
    return found if version >= OLDEST_UV else None


def find_uv() -> str:
    """Uv on this machine, or else one put into .tools by pip."""
    found = uv_on_path()
    if found:
        return found
    own = TOOLS / "uv" / "bin" / "uv"
    if works([str(own), "--version"]):
        return str(own)
    say("getting uv, the installer, into .tools (nothing is installed outside this folder)")
    shutil.rmtree(str(TOOLS / "uv"), ignore_errors=True)
    venv = [sys.executable, "-m", "venv", str(TOOLS / "uv")]
    if works(venv):
        command = [str(TOOLS / "uv" / "bin" / "python"), "-m", "pip"]
    elif works([sys.executable, "-m", "pip", "--version"]):
        command = [sys.executable, "-m", "pip"]
    else:
        stop(
            "this Python has neither venv nor pip, so uv can't be installed. Install one of: uv, python3-venv, "
            "python3-pip (Debian's names), then run this again."
        )
    target = [] if works([str(TOOLS / "uv" / "bin" / "python"), "--version"]) else ["--prefix", str(TOOLS / "uv")]
    result = subprocess.run(
        [*command, "install", "--quiet", "--disable-pip-version-check", *target, f"uv=={UV_VERSION}"]
    )
    if result.returncode != 0 or not works([str(own), "--version"]):
        stop("uv could not be installed from the package index. Is there a network? The lines above say more.")
    return str(own)


def make_environment(uv: str) -> None:
    """Create .venv with Python 3.11, from this machine or fetched by uv into .tools."""
    environment = {**os.environ, "UV_PYTHON_INSTALL_DIR": str(TOOLS / "python")}
    result = subprocess.run(
        [uv, "venv", "--quiet", "--python", "3.11", "--clear", str(VENV)],
        env=environment,
        stderr=subprocess.PIPE,
        universal_newlines=True,
    )
    if result.returncode != 0:
        last = (result.stderr.strip().splitlines() or ["no reason was given"])[-1]
        stop(
            "Quiver stands on Python 3.11, and none was found on this machine or could be fetched "
            f"({last.strip()}). Install Python 3.11 (Debian 12: apt-get install python3), then run this again."
        )


def sync(uv: str) -> None:
    """Install exactly what the lock file names, each file checked by its hash."""
    say("installing the packages of requirements.lock into .venv (about 1.1 GB; a first time takes a few minutes)")
    result = subprocess.run(
        [uv, "pip", "sync", "--require-hashes", "--python", str(VENV), str(ROOT / "requirements.lock")],
        env={**os.environ, "UV_COMPILE_BYTECODE": "1"},
    )
    if result.returncode != 0:
        stop("the packages could not be installed. Is there a network and room on the disk? The lines above say more.")
    # The import-only stand-in for TensorFlow is part of the project, not of the lock. The second line
    # turns Rasa's telemetry off for every command of this environment, however it is started.
    site = next((VENV / "lib").glob("python3.*")) / "site-packages"
    settings = "import os; os.environ.setdefault('RASA_TELEMETRY_ENABLED', 'false')"
    (site / "quiver.pth").write_text(f"{ROOT / 'stubs'}\n{settings}\n", encoding="utf-8")


def main() -> None:
    """Install, unless all is there already."""
    # the machine's own certificates: clinics often have a proxy with one of its own
    os.environ.setdefault("UV_SYSTEM_CERTS", "1")
    os.environ.setdefault("UV_NATIVE_TLS", "1")  # the same for older uv
    lock = ROOT / "requirements.lock"
    # moved folders and a changed installer make the environment anew, like a changed lock
    stamp = f"{Path(__file__).stat().st_size} {ROOT}\n{lock.read_text(encoding='utf-8')}"
    if (
        READY.exists()
        and READY.read_text(encoding="utf-8") == stamp
        and works([str(VENV / "bin" / "python"), "--version"])
    ):
        return
    free = shutil.disk_usage(str(ROOT)).free / 1e9
    if free < NEEDED_GB:
        stop(f"{NEEDED_GB:.0f} GB of disk are needed, {free:.1f} GB are free here. Make room, then run this again.")
    uv = find_uv()
    if not works([str(VENV / "bin" / "python"), "-c", "import sys; assert sys.version_info[:2] == (3, 11)"]):
        make_environment(uv)
    sync(uv)
    READY.write_text(stamp, encoding="utf-8")
    say("the environment is ready")


if __name__ == "__main__":
    main()
