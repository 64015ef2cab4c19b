"""A scratch copy of the checkout, in which a sample change is made and verified."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Final

from common.commands import OperationError, log
from tests.helpers.environments import freeze_environments
from tools.checkout import files
from tools.regenerate import CODE_GENERATORS

if TYPE_CHECKING:
    from pathlib import Path

    from tools.change_costs.sample import Sample

_LINKED: Final = (".venv", ".tools", "node_modules", "web/node_modules")
_GIT: Final = ("git", "-c", "user.name=sample", "-c", "user.email=sample@example.com")


class Scratch:
    """A copy of the checkout's files that Git tracks or does not ignore, as a separate repository with one commit."""

    def __init__(self, source: Path, folder: Path) -> None:
        """Copy the files and link the installed tools.

        Args:
            source: the checkout.
            folder: the destination; must not exist.
        """
        self.folder = folder
        for name in files(source):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source / name, folder / name)
        freeze_environments(folder)
        for name in _LINKED:
            if (source / name).exists():
                (folder / name).symlink_to((source / name).resolve())
        self.run("git", "init", "--quiet")
        self.run("git", "add", "--all")
        self.run(*_GIT, "commit", "--quiet", "--message", "Copy of the checkout")

    def reset(self) -> None:
        """Undo every change since the copy was made."""
        self.run("git", "reset", "--quiet", "--hard")
        self.run("git", "clean", "--quiet", "--force", "-d")

    def changed(self) -> list[str]:
        """Return the files that are new, changed or deleted, sorted."""
        self.run("git", "add", "--all")
        return sorted(self.run("git", "diff", "--cached", "--name-only", "--no-renames").split())

    def make(self, sample: Sample) -> None:
        """Make a sample change: the scaffold and the edits by hand."""
        if sample.scaffold:
            self.run(sys.executable, "-m", "tools.new", *sample.scaffold)
        sample.apply(self.folder)

    def verify(self, sample: Sample) -> None:
        """Verify a sample change.

        Raises:
            OperationError: an effect is missing; a generator overwrites manual edits; or a generator, the synthesis, a
            linter or a test fails.
        """
        by_hand = {name: (self.folder / name).read_bytes() for name in sample.by_hand}
        if sample.measured:
            for generator in CODE_GENERATORS:
                self.run(*generator.command)
            self.run(sys.executable, "-m", "benchmarks", "operations")
        self.run(sys.executable, "-m", "tools.regenerate")
        if written := [name for name, content in by_hand.items() if (self.folder / name).read_bytes() != content]:
            raise OperationError(f"{sample.name}: edited by hand and generated: {', '.join(written)}")
        self.run(sys.executable, "main.py")
        for file, text in sample.effects:
            path = self.folder / file
            if not path.is_file() or text not in path.read_text(encoding="utf-8"):
                raise OperationError(f"{sample.name}: {file} does not contain {text!r} after the change")
        self._lint()
        log(f"{sample.name}: running {len(sample.tests)} test files")
        self.run(sys.executable, "-m", "pytest", "-q", "-x", *sample.tests)

    def _lint(self) -> None:
        changed = [name for name in self.changed() if (self.folder / name).is_file()]
        if python := [name for name in changed if name.endswith(".py")]:
            self.run(sys.executable, "-m", "ruff", "check", *python)
            self.run(sys.executable, "-m", "ruff", "format", "--check", *python)
        if any(name.startswith("graphql/") for name in changed):
            self.run("node_modules/.bin/tsc", "--noEmit", "-p", "tsconfig.json")
            self.run("node_modules/.bin/eslint", "graphql")
        if any(name.startswith("web/") for name in changed):
            self.run("npm", "--prefix", "web", "run", "--silent", "check")

    def run(self, *command: str) -> str:
        """Run a command in the copy and return its standard output.

        Raises:
            OperationError: it failed; the message has its output.
        """
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("CHAT_", "CDKTF_", "GIT_"))
        }
        packages = ":".join(str(path) for path in sorted((self.folder / "packages").glob("*/src")))
        environment = {**inherited, "PYTHONPATH": packages}
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise OperationError(f"{' '.join(command)} failed:\n{done.stdout[-6000:]}{done.stderr[-6000:]}")
        return done.stdout
