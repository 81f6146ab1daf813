"""Finds a Chromium for the tests, or installs it where nobody need be asked: root on Debian."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find() -> str | None:
    """Give the path of the first browser that we can drive."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def main() -> None:
    if find():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium (once) …", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium"],
        ):
            subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL, check=False)
    if find():
        return
    print("No Chromium was found: the tests in a real browser cannot run.", flush=True)
    if os.environ.get("REQUIRE_BROWSER") == "1":
        sys.exit("REQUIRE_BROWSER=1 asks for them. Install Chromium and try again.")


if __name__ == "__main__":
    main()
