"""Turn Pipfile.lock into pip requirements, and regenerate it and package-lock.json without registry addresses.

Runs before anything is installed, so it uses the standard library only. Exit codes: 0 done, 2 wrong usage, 3 error.

    python -m ops.lockfile requirements default develop > requirements.txt
    python -m ops.lockfile relock
    python -m ops.lockfile pin checkov==3.3.13 > ops/policy/checkov-requirements.txt
    python -m ops.lockfile pin pip-audit==2.10.1 > ops/audit/pip-audit-requirements.txt
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

from common.commands import Parser, run
from common.exit_codes import EXIT_OK
from common.json_documents import read_object

PIPENV = "pipenv==2026.10.3"
ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "Pipfile.lock"
CATEGORIES = ("default", "develop", "terraform")
"""Categories of Pipfile.lock."""
NODE_LOCKS = (ROOT / "package-lock.json", ROOT / "web" / "package-lock.json")


_PINNED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9][A-Za-z0-9.!+_-]*")


def requirement(name: str, pin: dict[str, Any]) -> str:
    """Return a line of a requirements file with the hashes of the package."""
    extras = f"[{','.join(pin['extras'])}]" if pin.get("extras") else ""
    marker = f"; {pin['markers']}" if pin.get("markers") else ""
    hashes = "".join(f" --hash={digest}" for digest in pin.get("hashes", []))
    return f"{name}{extras}{pin['version']}{marker}{hashes}"


def requirements(categories: list[str]) -> str:
    """Return the requirements of some categories of Pipfile.lock, without the packages of this repository.

    Raises:
        OperationError: Pipfile.lock cannot be read.
    """
    pins = _pins(categories)
    return "\n".join(requirement(name, pin) for name, pin in sorted(pins.items()) if "path" not in pin)


def local_packages(categories: list[str]) -> list[str]:
    """Return the folders of the packages of this repository in Pipfile.lock, relative to its root.

    Raises:
        OperationError: Pipfile.lock cannot be read.
    """
    return sorted(pin["path"] for pin in _pins(categories).values() if "path" in pin)


def _pins(categories: list[str]) -> dict[str, dict[str, Any]]:
    lock = read_object(LOCK, remedy="Take it from git again: `git checkout Pipfile.lock`.")
    pins: dict[str, dict[str, Any]] = {}
    for category in categories:
        pins.update(lock.get(category, {}))
    return pins


def without_addresses(lock: dict[str, Any]) -> dict[str, Any]:
    """Remove registry addresses from Pipfile.lock, because every machine configures its own index."""
    lock["_meta"]["sources"] = []
    for category, pins in lock.items():
        if category != "_meta":
            for pin in pins.values():
                pin.pop("index", None)
    return lock


def lock_folder(project: Path) -> None:
    """Resolve the Pipfile of a folder with Pipenv, in a temporary virtual environment."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin" / "python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", PIPENV], check=True, stdout=sys.stderr)
        subprocess.run([python, "-m", "pipenv", "lock"], check=True, cwd=project, stdout=sys.stderr)


def pin(package: str) -> str:
    """Return the requirements with hashes of a tool and its dependencies.

    Args:
        package: name and version, for example ``checkov==3.3.13``.
    """
    name, _, version = package.partition("==")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "Pipfile").write_text(f'[packages]\n{name} = "=={version}"\n', encoding="utf-8")
        lock_folder(Path(folder))
        lock = json.loads((Path(folder) / "Pipfile.lock").read_text(encoding="utf-8"))
    return "\n".join(requirement(name, pin) for name, pin in sorted(lock["default"].items()))


def without_addresses_of_node(lock: dict[str, Any]) -> dict[str, Any]:
    """Remove registry addresses and funding links from package-lock.json."""
    for package in lock["packages"].values():
        package.pop("resolved", None)
        package.pop("funding", None)
    return lock


def relock() -> None:
    """Resolve Pipfile, package.json and web/package.json into their lock files."""
    lock_folder(ROOT)
    lock = without_addresses(json.loads(LOCK.read_text(encoding="utf-8")))
    LOCK.write_text(json.dumps(lock, indent=4, sort_keys=True) + "\n", encoding="utf-8")
    for file in NODE_LOCKS:
        subprocess.run(["npm", "install", "--package-lock-only", "--ignore-scripts"], check=True, cwd=file.parent)
        rewrite_node_lock(file)


def rewrite_node_lock(file: Path) -> None:
    """Remove registry addresses from a package-lock.json file, in npm's format."""
    lock = without_addresses_of_node(json.loads(file.read_text(encoding="utf-8")))
    file.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _pinned(text: str) -> str:
    """Parse an argument as a package with its version."""
    if not _PINNED.fullmatch(text):
        message = f"{text!r} is not NAME==VERSION, for example checkov==3.3.13"
        raise argparse.ArgumentTypeError(message)
    return text


def main(arguments: list[str] | None = None) -> int:
    """Run one of the commands."""
    parser = Parser(prog="python -m ops.lockfile", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    show = commands.add_parser("requirements", help="print pip requirements with hashes")
    show.add_argument("categories", nargs="+", choices=CATEGORIES)
    commands.add_parser("relock", help="resolve Pipfile, package.json and web/package.json into their locks")
    tool = commands.add_parser("pin", help="print pip requirements of a tool with an environment of its own")
    tool.add_argument("package", type=_pinned, metavar="NAME==VERSION")
    options = parser.parse_args(arguments)

    def command() -> int:
        if options.command == "relock":
            relock()
        elif options.command == "pin":
            print(pin(options.package))
        else:
            print(requirements(options.categories))
        return EXIT_OK

    return run(command)


if __name__ == "__main__":
    sys.exit(main())
