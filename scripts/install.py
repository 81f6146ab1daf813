"""Brings .venv in line with one lock, once per lock; needs python3 with pip and nothing else.

Kept readable for old interpreters, so that they can say that they are too old.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
STAMP = ENVIRONMENT / "installed.txt"
COMMAND = ENVIRONMENT / "bin" / "feedback-app"
LAUNCHER = """#!/bin/sh
# Starts the command line of the folder in which this environment stands.
file=$0
if [ -L "$file" ]; then file=$(readlink -f "$file"); fi
here=$(dirname "$file")
PYTHONPATH="$here/../..${PYTHONPATH:+:$PYTHONPATH}" exec "$here/python" -m feedback_app "$@"
"""
DEVELOPMENT = "requirements-dev.lock"
OLDEST_PYTHON = (3, 11)
OLDEST_PIP = (22, 3)


def main(lock_name):
    """Install the named lock; an environment that holds the test tools already keeps them."""
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(
            f"Python 3.11 or newer is needed; {sys.executable} is {sys.version.split()[0]}. "
            "If you have a newer one, name it: make demo PYTHON=python3.12"
        )
    if _holds_test_tools():
        lock_name = DEVELOPMENT
    lock = ROOT / lock_name
    wanted = f"{lock_name} {hashlib.sha256(lock.read_bytes()).hexdigest()}\n"
    if _answers(PYTHON) and STAMP.is_file() and STAMP.read_text() == wanted:
        _make_ready()
        return
    if not _answers(PYTHON):
        _run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(ENVIRONMENT)])
    count = len(re.findall(r"(?m)^[A-Za-z0-9]\S*==", lock.read_text()))
    print(f"Installing {count} pinned packages into .venv (once per {lock_name}) …", flush=True)
    _run(_installer(lock))
    STAMP.write_text(wanted)
    _make_ready()


def _make_ready():
    """Our own code is compiled as the packages were: whoever serves it may not be allowed to
    write here, and would compile it again at every start, which is a quarter of one.
    """
    _write_command()
    compiling = [str(PYTHON), "-m", "compileall", "-qq", str(ROOT / "feedback_app")]
    subprocess.run(compiling, check=False)


def _write_command():
    """`feedback-app` in the environment starts what stands in this folder, not a copy of it."""
    if COMMAND.is_file() and COMMAND.read_text() == LAUNCHER:
        return
    COMMAND.write_text(LAUNCHER)
    COMMAND.chmod(0o755)


def _holds_test_tools():
    return STAMP.is_file() and STAMP.read_text().startswith(DEVELOPMENT)


def _answers(python):
    """Whether an environment's interpreter still starts and is new enough.

    Its link breaks when the system's python3 is replaced.
    """
    question = f"import sys; sys.exit(sys.version_info < {OLDEST_PYTHON})"
    try:
        return subprocess.run([str(python), "-c", question], check=False).returncode == 0
    except OSError:
        return False


def _installer(lock):
    if _uv_works():
        return [
            "uv",
            "pip",
            "sync",
            "--quiet",
            "--require-hashes",
            "-p",
            str(PYTHON),
            str(lock),
        ]
    pip = [sys.executable, "-m", "pip"]
    answer = subprocess.run([*pip, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"pip (\d+)\.(\d+)", answer.stdout)
    if not found or tuple(int(part) for part in found.groups()) < OLDEST_PIP:
        sys.exit(
            f"pip 22.3 or newer is needed for {sys.executable} "
            "(on Debian: apt-get install python3-pip)."
        )
    options = [
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
        "--root-user-action=ignore",
    ]
    exactly = ["--no-deps", "--require-hashes", "-r", str(lock)]
    return [*pip, "--python", str(PYTHON), "install", *options, *exactly]


def _uv_works():
    """A shim may stand on the PATH with no uv behind it."""
    if not shutil.which("uv"):
        return False
    return subprocess.run(["uv", "--version"], capture_output=True, check=False).returncode == 0


def _run(command):
    try:
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)


if __name__ == "__main__":
    main(*sys.argv[1:])
