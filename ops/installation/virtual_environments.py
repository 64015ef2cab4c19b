"""Virtual environments: created, checked, and recreated if they are damaged; foreign ones are never changed."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ops.installation.checkout import Checkout, Stamp, entries, refuse_foreign, take
from ops.installation.errors import PIP, TRY_AGAIN, InstallationError
from ops.installation.running import run

if TYPE_CHECKING:
    from collections.abc import Callable

_PIPS_OWN = re.compile(r"(pip|setuptools|wheel|pkg_resources|_distutils_hack|distutils-precedence|__pycache__)\b.*")
_VENVS_OWN = {"bin", "include", "lib", "lib64", "share", "pyvenv.cfg", ".gitignore", "CACHEDIR.TAG"}
_STARTED = ".installing"
_INSTALLS = "Installing collected packages"
_DESCRIBE = """
import importlib.util, os, sys
print(*sys.version_info[:2], int(bool(importlib.util.find_spec("ensurepip"))), sep=".")
print(sys.prefix)
"""


@dataclass(frozen=True, slots=True)
class Part:
    """Packages that are installed together.

    Attributes:
        stamp: the name of the file that marks them as complete.
        title: their name in messages.
        duration: the duration of the installation in words.
        requirements: pip's requirements.
        source: they are installed again if this text changes.
        options: options of pip.
    """

    stamp: str
    title: str
    duration: str
    requirements: str
    source: str
    options: tuple[str, ...] = ("--require-hashes",)


class Environment:
    """A virtual environment of this project.

    Args:
        checkout: the checkout.
        folder: its folder.
        python: the interpreter that creates it.
    """

    def __init__(self, checkout: Checkout, folder: Path, python: str) -> None:
        self._checkout = checkout
        self._folder = folder
        self._python = python

    @property
    def interpreter(self) -> Path:
        """The Python of the environment."""
        return self._folder / "bin" / "python"

    def lacks(self, parts: list[Part]) -> list[Part]:
        """Return the incomplete parts; all parts if the environment's Python does not run."""
        packages = self._packages()
        present = set() if packages is None else entries(packages)
        return [part for part in parts if not Stamp(self._folder / part.stamp, part.source).is_valid(present)]

    def refuse_foreign(self) -> None:
        """Check that the folder belongs to this project, before any change.

        Raises:
            InstallationError: it does not.
        """
        refuse_foreign(self._folder, ours=_is_of_first_release_or_bare)

    def install(self, parts: list[Part], *, complete: Callable[[Path], None] | None = None) -> None:
        """Install the missing parts; the caller holds the checkout's lock.

        Args:
            parts: all parts of the environment.
            complete: called with the folder of the packages after pip, to add files.

        Raises:
            InstallationError: the installation failed.
        """
        self.refuse_foreign()
        missing = self.lacks(parts)
        if not missing:
            return
        self._announce(missing[0])
        self._make_sound()
        for part in self.lacks(parts):  # more than before, if the environment was recreated
            if part is not missing[0]:
                self._announce(part)
            requirements = self._checkout.temporary / f"{part.stamp}.txt"
            requirements.write_text(part.requirements, encoding="utf-8")
            started = self._folder / _STARTED
            started.touch()
            command = [str(self.interpreter), "-m", "pip", "install", "--no-deps", "--no-compile", *part.options]
            run(self._checkout, self._log, [*command, "--requirement", str(requirements)], PIP)
            self._finish(part, complete)
            started.unlink()

    def _announce(self, part: Part) -> None:
        print(f"Installing {part.title} into {self._name}: {part.duration}, once ...", flush=True)

    @property
    def _name(self) -> str:
        return str(self._folder.relative_to(self._checkout.root))

    @property
    def _log(self) -> str:
        return f"pip-{self._folder.name.lstrip('.')}"

    def _finish(self, part: Part, complete: Callable[[Path], None] | None) -> None:
        packages = self._packages()
        if packages is None:
            raise InstallationError(
                f"{self._folder} stopped working while it was installed into: run the command again."
            )
        if complete is not None:
            complete(packages)
        Stamp(self._folder / part.stamp, part.source).write(entries(packages) - {"__pycache__"})

    def _packages(self) -> Path | None:
        """Return the folder of the packages; None if its Python does not run or has another version."""
        described = _describe(str(self.interpreter))
        if described is None or Path(described.prefix).resolve() != self._folder.resolve():
            return None
        packages = self._folder / "lib" / f"python{described.version}" / "site-packages"
        return packages if (packages / "pip" / "__main__.py").is_file() else None

    def _make_sound(self) -> None:
        """Create the environment, or recreate it after an interrupted creation or installation."""
        if self._folder.exists():
            take(self._folder, ours=_is_of_first_release_or_bare)
            if self._packages() is not None and not self._is_broken_off() and self._runs_pip():
                return
            if entries(self._folder) > {".chat-backend"}:
                print(f"  {self._name} is not complete: it is made again.", flush=True)
                self._checkout.discard(self._folder)
        take(self._folder, ours=lambda _: False)
        self._create()

    def _is_broken_off(self) -> bool:
        """Return whether pip may have been interrupted while it changed packages."""
        if not (self._folder / _STARTED).exists():
            return False
        try:
            return _INSTALLS in self._checkout.log(self._log).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return True

    def _runs_pip(self) -> bool:
        command = [str(self.interpreter), "-m", "pip", "--version"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def _create(self) -> None:
        described = _describe(self._python)
        oldest = _oldest_python(self._checkout.root)
        if described is None or tuple(map(int, described.version.split("."))) < tuple(map(int, oldest.split("."))):
            found = "missing or does not run" if described is None else f"Python {described.version}"
            raise InstallationError(
                f"Python {oldest} or newer is needed; {self._python!r} is {found}. Install one, or name one that is "
                "there: `make up PYTHON=/path/to/python3.12`."
            )
        if described.has_ensurepip:
            command = [self._python, "-m", "venv", str(self._folder)]
        else:
            command = [*_virtualenv(self._python, described.version), str(self._folder)]
        run(self._checkout, f"venv-{self._folder.name.lstrip('.')}", command, PIP)


@dataclass(frozen=True, slots=True)
class _Described:
    version: str
    has_ensurepip: bool
    prefix: str


def _describe(python: str) -> _Described | None:
    try:
        output = subprocess.run(
            [python, "-I", "-c", _DESCRIBE], capture_output=True, text=True, timeout=60, check=True
        ).stdout.splitlines()
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    version, _, has_ensurepip = output[0].rpartition(".")
    return _Described(version, has_ensurepip == "1", output[1])


def _oldest_python(root: Path) -> str:
    with (root / "pyproject.toml").open("rb") as file:
        demand: str = tomllib.load(file)["project"]["requires-python"]
    return demand.removeprefix(">=")


def _virtualenv(python: str, version: str) -> list[str]:
    """Return the command that creates an environment if Python lacks ensurepip, as on Debian.

    Raises:
        InstallationError: virtualenv is not installed either.
    """
    check = subprocess.run([python, "-m", "virtualenv", "--version"], capture_output=True, check=False)
    if check.returncode == 0:
        return [python, "-m", "virtualenv", "--python", python]
    if shutil.which("virtualenv"):
        return ["virtualenv", "--python", python]
    remedy = (
        f"`sudo apt-get install python{version}-venv`"
        if shutil.which("apt-get")
        else "Install your system's package for virtual environments (its name often ends in -venv)"
    )
    raise InstallationError(
        f"Python {version} ({shutil.which(python) or python}) lacks the module ensurepip, so it cannot make a virtual "
        f"environment. Install it: {remedy}, or name another Python: `make up PYTHON=/path/to/python3.12`; "
        f"{TRY_AGAIN}"
    )


def _is_of_first_release_or_bare(folder: Path) -> bool:
    """Return whether an environment without a marker was created by the first release, or contains pip only."""
    if (folder / "pyvenv.cfg").is_file() and any((folder / name).is_file() for name in (".runtime", ".ready")):
        return True
    installed = {name for packages in folder.glob("lib/python*/site-packages") for name in entries(packages)}
    return entries(folder) <= _VENVS_OWN and all(_PIPS_OWN.fullmatch(name) for name in installed)
