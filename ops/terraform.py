"""Terraform in the folder of a stack, with progress reports and graceful interruption.

With a custom endpoint (``AWS_ENDPOINT_URL``), the S3 backend needs a variable per service and path-style URLs. Both are
added here, so that every command also runs against the local AWS.
"""

from __future__ import annotations

import json
import os
import re
import signal
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from common.commands import OperationError, Progress, RefusedError, log
from terraform.engine import ENDPOINT_BACKEND, UNATTENDED, backend_endpoints, find_engine
from terraform.runner import Running, last_error

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from terraform.stack import Stack

LOCK_TIMEOUT = "20s"
"""How long to wait for the lock of the state; then Terraform fails and names the holder."""
_DONE = re.compile(r": (?:Creation|Modifications|Destruction|Import) complete|: Destroy complete")


@dataclass(frozen=True, slots=True)
class Finished:
    """The result of a command."""

    code: int
    output: str
    errors: str


class TerraformFailedError(OperationError):
    """Terraform failed; the message contains its error message."""

    def __init__(self, what: str, finished: Finished) -> None:
        error = last_error(finished.errors or finished.output)
        super().__init__(f"Terraform failed while {what}:\n{error}\n{_remedy(error)}".rstrip())
        self.finished = finished


@dataclass(frozen=True, slots=True)
class Terraform:
    """Terraform in the folder of a stack.

    Attributes:
        engine: the Terraform command.
        stack: the stack.
        environment: its process environment.
    """

    engine: tuple[str, ...]
    stack: Stack
    environment: Mapping[str, str]

    @classmethod
    def open(cls, stack: Stack, process_environment: Mapping[str, str] = os.environ) -> Terraform:
        """Find Terraform and prepare its process environment.

        Raises:
            OperationError: Terraform is not installed.
            RefusedError: TF_WORKSPACE names another environment.
        """
        engine = find_engine()
        if engine is None:
            raise OperationError("Terraform is not on PATH. Install version 1.11 or later and try again.")
        chosen = process_environment.get("TF_WORKSPACE")
        if chosen and chosen != stack.environment:
            raise RefusedError(
                f'TF_WORKSPACE is "{chosen}", but {stack.folder} belongs to the workspace "{stack.environment}". '
                "Unset TF_WORKSPACE."
            )
        environment = {name: value for name, value in process_environment.items() if name != "TF_WORKSPACE"}
        environment.update(UNATTENDED)
        endpoint = environment.get("AWS_ENDPOINT_URL")
        if endpoint:
            environment = backend_endpoints(endpoint) | environment
        return cls(engine, stack, environment)

    def prepare(self, *, committed_lock: Path | None) -> None:
        """Run ``terraform init`` and select the workspace of the environment.

        Args:
            committed_lock: the provider lock file to use, or None.

        Raises:
            RefusedError: the folder uses the workspace of another environment.
            TerraformFailedError: Terraform failed.
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
        """Return the selected workspace of the folder.

        Raises:
            RefusedError: it is the workspace of another environment.
        """
        selected = self.stack.folder / ".terraform" / "environment"
        name = selected.read_text(encoding="utf-8").strip() if selected.exists() else "default"
        if name not in {"default", self.stack.environment}:
            raise RefusedError(
                f'{self.stack.folder} uses the workspace "{name}", but belongs to the workspace '
                f'"{self.stack.environment}". Find out why, then run: '
                f"terraform -chdir={self.stack.folder} workspace select {self.stack.environment}"
            )
        return name

    def run(self, *arguments: str, what: str, codes: tuple[int, ...] = (0,)) -> Finished:
        """Run a command and wait for its end.

        Args:
            arguments: its arguments.
            what: a description for progress and messages, for example ``planning dev``.
            codes: the exit codes of success.

        Raises:
            TerraformFailedError: the command ended with another code.
        """
        with _Interruption(what) as interruption:
            running = Running([*self.engine, *arguments], folder=self.stack.folder, environment=self.environment)
            interruption.forward_to(running)
            finished = _communicate(running, Progress(what))
        if finished.code not in codes:
            raise TerraformFailedError(what, finished)
        return finished

    def plan(self, file: Path, *arguments: str) -> dict[str, Any]:
        """Save a plan and return its JSON (``terraform show -json``).

        Raises:
            TerraformFailedError: planning failed, for example because of a precondition.
        """
        environment = self.stack.environment
        options = ("-input=false", "-no-color", f"-lock-timeout={LOCK_TIMEOUT}", f"-out={file.resolve()}")
        self.run("plan", *options, *arguments, what=f"planning {environment}")
        return self.show(file)

    def show(self, file: Path) -> dict[str, Any]:
        """Return a saved plan as JSON.

        Raises:
            TerraformFailedError: the file is not a plan of this Terraform version.
        """
        shown = self.run("show", "-json", str(file.resolve()), what=f"reading the plan {file}")
        document: dict[str, Any] = json.loads(shown.output)
        return document

    def apply(self, file: Path, *arguments: str) -> Finished:
        """Apply a saved plan.

        Raises:
            TerraformFailedError: the apply failed; the state contains the changes until then.
        """
        options = ("-input=false", "-no-color", f"-lock-timeout={LOCK_TIMEOUT}")
        return self.run("apply", *options, *arguments, str(file.resolve()), what=f"applying {self.stack.environment}")

    def state(self) -> dict[str, Any] | None:
        """Return the state (``terraform state pull``), or None without a state.

        Raises:
            TerraformFailedError: the state cannot be read.
        """
        pulled = self.run("state", "pull", what=f"reading the state of {self.stack.environment}").output
        state: dict[str, Any] | None = json.loads(pulled) if pulled.strip() else None
        return state

    def state_version(self) -> tuple[int, str] | None:
        """Return serial and lineage of the state, or None without a state.

        Raises:
            TerraformFailedError: the state cannot be read.
        """
        state = self.state()
        return None if state is None else (int(state["serial"]), str(state["lineage"]))


class _Interruption:
    """Forwards the first SIGINT or SIGTERM to Terraform and waits until Terraform ends.

    The handlers exist before Terraform starts, so that no signal can end this process and leave Terraform running.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._running: Running | None = None
        self._before: dict[int, Any] = {}
        self._received = False
        self._interrupted = False

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._forward)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if self._running is not None and self._running.process.poll() is None:
            self._running.interrupt()
            self._running.process.wait()
        if self._received:
            raise KeyboardInterrupt

    def forward_to(self, running: Running) -> None:
        """Forward signals to Terraform, also one that has already been received."""
        self._running = running
        self._interrupt_once()

    def _forward(self, _number: int, _frame: object) -> None:
        # GitHub cancels a job with SIGINT and, 7.5 seconds later, SIGTERM. After a second signal, Terraform would exit
        # without saving its state.
        if self._received:
            return
        self._received = True
        log(f"  Stopping: Terraform ends {self._what} and saves its state, which can take minutes.")
        self._interrupt_once()

    def _interrupt_once(self) -> None:
        if self._received and self._running is not None and not self._interrupted:
            self._interrupted = True
            self._running.interrupt()


def _communicate(running: Running, progress: Progress) -> Finished:
    """Read all output and report the number of completed resources."""
    done = 0
    for line in running.lines():
        done += _DONE.search(line) is not None
        progress.tell(f"{done} resources done" if done else "")
    return Finished(running.process.returncode, running.output, running.errors)


_REMEDIES = {
    "Error acquiring the state lock": "Another Terraform process is using this state: see Who above. Wait, or ask its "
    "user. If the process is dead: docs/promotion.md, Recovery.",
    "Saved plan is stale": "The state has changed since the plan. Create and review a new plan: python -m ops plan",
    "No valid credential sources found": "Sign in to AWS, or set AWS_PROFILE.",
    "ExpiredToken": "Sign in to AWS again.",
    "InvalidClientTokenId": "Sign in to AWS again, or set AWS_PROFILE.",
    "SignatureDoesNotMatch": "Sign in to AWS again, or set AWS_PROFILE.",
    "AWS account ID not allowed": "These are credentials of another account: sign in to the account of this "
    "environment, or correct account_id in its file in environments/, and run make synth.",
    "actual location": "The state bucket is in another region: set region under [state] in the environment's file in "
    "environments/, and run make synth.",
    "connection refused": "AWS cannot be reached: check AWS_ENDPOINT_URL. The local AWS: make status.",
    "does not match any of the checksums": "The provider does not match the lock file: python -m ops provider-lock",
    "Provider dependency changes detected": "The lock file does not match the stack: python -m ops provider-lock",
    "No value for required variable": "Set TF_VAR_<variable>; for GitHub Actions, a repository secret: "
    "docs/terraform.md, GitHub.",
    "S3 bucket": "Create the state bucket first: docs/promotion.md, Once.",
}
"""The remedy for each part of an error message of Terraform."""


def _remedy(error: str) -> str:
    return next((remedy for text, remedy in _REMEDIES.items() if text in error), "")
