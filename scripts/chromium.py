"""Finds a Chromium for the tests, or installs it where nobody need be asked: root on Debian."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

PATIENT = ("-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=5")
"""A machine that has just started often updates itself; a mirror may fail once."""
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find() -> str | None:
    """Give the path of the first browser that we can drive."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def missing() -> list[str]:
    """Name the Debian packages that tests in a browser still need on this machine."""
    lacking = [] if find() else ["chromium"]
    return lacking if _driver_starts() else [*lacking, "libatomic1"]


def _driver_starts() -> bool:
    """Playwright brings its own node, for which a bare Debian lacks a library."""
    found = find_spec("playwright")
    folders = found.submodule_search_locations if found else None
    if not folders:
        return False
    node = Path(folders[0]) / "driver" / "node"
    try:
        return (
            subprocess.run([node, "--version"], capture_output=True, check=False).returncode
            == 0
        )
    except OSError:
        return False


def _install(packages: list[str]) -> None:
    print(
        f"Installing {' and '.join(packages)} for the tests in a browser (once) …", flush=True
    )
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-qq", *PATIENT]
    install = [*apt, "install", "-y", "--no-install-recommends", *packages]
    for command in ([*apt, "update"], install):
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            print(done.stdout[-2000:], flush=True)


def main() -> None:
    lacking = missing()
    if lacking and os.geteuid() == 0 and shutil.which("apt-get"):
        _install(lacking)
        lacking = missing()
    if not lacking:
        return
    print(f"The tests in a real browser cannot run: {', '.join(lacking)} missing.", flush=True)
    if os.environ.get("REQUIRE_BROWSER") == "1":
        sys.exit("REQUIRE_BROWSER=1 asks for them. Install what is missing and try again.")


if __name__ == "__main__":
    main()
