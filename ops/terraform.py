"""The real Terraform in one stack's folder: found as `make up` finds it, interrupted in an orderly way, with progress.

Against another endpoint than Amazon's (``AWS_ENDPOINT_URL``), the S3 backend asks for every service by its own variable
and for path-style addresses; both are added here, so that every command runs against the local AWS as it is.
"""

from __future__ import annotations

import json
import os
import re
import signal
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from common.commands import OperationError, Progress, RefusedError
from terraform.engine import ENDPOINT_BACKEND, UNATTENDED, backend_endpoints, find_engine
from terraform.runner import Running, last_error

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from terraform.stack import Stack

LOCK_TIMEOUT = "20s"
"""How long to wait for somebody else's lock on the state; after that Terraform says who holds it."""
_DONE = re.compile(r": (?:Creation|Modifications|Destruction|Import) complete|: Destroy complete")


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that has ended."""

    code: int
    output: str
    errors: str


class TerraformFailedError(OperationError):
    """Terraform ended with an error; the message carries its own words."""

    def __init__(self, what: str, finished: Finished) -> None:
        words = last_error(finished.errors or finished.output)
        super().__init__(f"Terraform failed while {what}:\n{words}\n{_remedy(words)}".rstrip())
        self.finished = finished


@dataclass(frozen=True, slots=True)
class Terraform:
    """Terraform in one folder.

    Attributes:
        engine: the command that is Terraform.
        stack: where it runs.
        environment: its process environment.
    """

    engine: tuple[str, ...]
    stack: Stack
    environment: Mapping[str, str]

    @classmethod
    def open(cls, stack: Stack, process_environment: Mapping[str, str] = os.environ) -> Terraform:
        """Find Terraform and set its environment.

        Raises:
            OperationError: there is none.
            RefusedError: TF_WORKSPACE names another environment.
        """
        engine = find_engine()
        if engine is None:
            raise OperationError("There is no terraform on PATH. Install it (1.11 or newer) and try again.")
        chosen = process_environment.get("TF_WORKSPACE")
        if chosen and chosen != stack.environment:
            raise RefusedError(
                f'TF_WORKSPACE is "{chosen}", but {stack.folder} belongs in the workspace "{stack.environment}". '
                "Unset TF_WORKSPACE."
            )
        environment = {name: value for name, value in process_environment.items() if name != "TF_WORKSPACE"}
        environment.update(UNATTENDED)
        endpoint = environment.get("AWS_ENDPOINT_URL")
        if endpoint:
            environment = backend_endpoints(endpoint) | environment
        return cls(engine, stack, environment)

    def prepare(self, *, committed_lock: Path | None) -> None:
        """Set up the state backend and the provider, and be in the workspace of the environment.

        Args:
            committed_lock: the provider lock file that must be kept to, or None.

        Raises:
            RefusedError: the folder is in another environment's workspace.
            TerraformFailedError: Terraform refused.
        """
        arguments = ["init", "-input=false", "-no-color", "-reconfigure"]
        if committed_lock is not None:
            self.stack.lock_file.write_bytes(committed_lock.read_bytes())
            arguments.append("-lockfile=readonly")
        if self.environment.get("AWS_ENDPOINT_URL") or self.environment.get("AWS_ENDPOINT_URL_S3"):
            arguments += ENDPOINT_BACKEND
        selected = self._selected_workspace()
        self.run(*arguments, what=f"initializing {self.stack.environment}")
        if selected != self.stack.environment:
            select = ("workspace", "select", "-or-create", self.stack.environment)
            self.run(*select, what=f"selecting the workspace {self.stack.environment}")

    def _selected_workspace(self) -> str:
        """Return the workspace of the folder, as Terraform notes it there.

        Raises:
            RefusedError: it is another environment's.
        """
        selected = self.stack.folder / ".terraform" / "environment"
        name = selected.read_text(encoding="utf-8").strip() if selected.exists() else "default"
        if name not in {"default", self.stack.environment}:
            raise RefusedError(
                f'{self.stack.folder} is in the workspace "{name}", but what is there belongs in the workspace '
                f'"{self.stack.environment}". Find out why; then: '
                f"terraform -chdir={self.stack.folder} workspace select {self.stack.environment}"
            )
        return name

    def run(self, *arguments: str, what: str, codes: tuple[int, ...] = (0,)) -> Finished:
        """Run one command to its end.

        Args:
            arguments: its arguments.
            what: what it does, for progress and messages, for example ``planning dev``.
            codes: the exit codes that are no failure.

        Raises:
            TerraformFailedError: it ended with another code.
        """
        running = Running([*self.engine, *arguments], folder=self.stack.folder, environment=self.environment)
        with _interruptible(running):
            finished = _communicate(running, Progress(what))
        if finished.code not in codes:
            raise TerraformFailedError(what, finished)
        return finished

    def plan(self, file: Path, *arguments: str) -> dict[str, Any]:
        """Save a plan and return what ``terraform show -json`` says of it.

        Raises:
            TerraformFailedError: planning failed, for example because a precondition refused.
        """
        environment = self.stack.environment
        options = ("-input=false", "-no-color", f"-lock-timeout={LOCK_TIMEOUT}", f"-out={file.resolve()}")
        self.run("plan", *options, *arguments, what=f"planning {environment}")
        return self.show(file)

    def show(self, file: Path) -> dict[str, Any]:
        """Return a saved plan as JSON.

        Raises:
            TerraformFailedError: it is not one, or is one of another Terraform version.
        """
        shown = self.run("show", "-json", str(file.resolve()), what=f"reading the plan {file}")
        document: dict[str, Any] = json.loads(shown.output)
        return document

    def apply(self, file: Path) -> Finished:
        """Apply exactly a saved plan.

        Raises:
            TerraformFailedError: something was refused; the state has what was done before.
        """
        options = ("-input=false", "-no-color", f"-lock-timeout={LOCK_TIMEOUT}")
        return self.run("apply", *options, str(file.resolve()), what=f"applying {self.stack.environment}")

    def state_version(self) -> tuple[int, str] | None:
        """Return serial and lineage of the state, or None where there is none yet.

        Raises:
            TerraformFailedError: it could not be read.
        """
        pulled = self.run("state", "pull", what=f"reading the state of {self.stack.environment}").output
        if not pulled.strip():
            return None
        state = json.loads(pulled)
        return int(state["serial"]), str(state["lineage"])


class _interruptible:  # noqa: N801 - reads as a statement
    """Passes an interruption or termination of this process on to Terraform, once each, and lets it end by itself."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._before: dict[int, Any] = {}
        self._received = False

    def __enter__(self) -> None:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._pass_on)

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if self._running.process.poll() is None:
            self._running.interrupt()
            self._running.process.wait()
        if self._received:
            raise KeyboardInterrupt

    def _pass_on(self, _number: int, _frame: object) -> None:
        self._received = True
        self._running.interrupt()


def _communicate(running: Running, progress: Progress) -> Finished:
    """Read all output to its end; report how many resources are done meanwhile."""
    done = 0
    for line in running.lines():
        done += _DONE.search(line) is not None
        progress.tell(f"{done} resources done" if done else "")
    return Finished(running.process.returncode, running.output, running.errors)


_REMEDIES = {
    "Error acquiring the state lock": "Somebody is at work on this state: see Who above. Wait, or ask them. "
    "If their Terraform is dead: docs/promotion.md, Recovery.",
    "Saved plan is stale": "The state moved on after the plan was made. Make and review a new one: python -m ops.plan",
    "No valid credential sources found": "Sign in to AWS, or set AWS_PROFILE.",
    "does not match any of the checksums": "The provider is not that of the lock file: python -m ops.provider_lock",
    "Provider dependency changes detected": "The committed provider lock does not fit: python -m ops.provider_lock",
    "S3 bucket": "The state bucket has to be there first: docs/promotion.md, Once.",
}
"""What Terraform says -> what to do about it."""


def _remedy(words: str) -> str:
    return next((remedy for sign, remedy in _REMEDIES.items() if sign in words), "")
