"""An operator who runs the commands of ``ops/`` as processes, with the real Terraform, against a local AWS.

The commands are those of docs/promotion.md, except for the environment and the location of the files.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3

from local.embedded.environment import client_environment
from ops.order import PromotionOrder
from tests.helpers.backend import CLIENT_CONFIG, ROOT
from tests.helpers.documents import documented
from tests.helpers.environments import FROZEN, frozen_process_environment
from tests.helpers.terraform import TerraformStack

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from local.embedded.credentials import RunCredentials
    from tests.helpers.documents import Command
    from tests.helpers.shared_provider import Connection
    from tests.helpers.terraform import Engine

ENVIRONMENTS = PromotionOrder.load().environments
ACCOUNT = "000000000000"
BUCKET = "chat-terraform-state"
_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended."""

    code: int
    output: str
    errors: str

    def __str__(self) -> str:
        return f"exit code {self.code}\n{self.output}\n{self.errors}"


@dataclass(frozen=True, slots=True)
class Running:
    """A command that may still be running."""

    process: subprocess.Popen[str]

    def done(self) -> Done:
        """Wait until it ends."""
        output, errors = self.process.communicate(timeout=_SECONDS)
        return Done(self.process.returncode, output, errors)

    def kill(self) -> None:
        """End its Terraform and the command itself with SIGKILL, so that they cannot save anything."""
        for child in _children(self.process.pid):
            os.killpg(child, signal.SIGKILL)
        self.process.kill()
        self.process.communicate()


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator with credentials, Terraform and this checkout.

    Attributes:
        folder: folder of plans and records.
        environment: the process environment of all commands.
        engine: Terraform, for steps without a command of this repository.
        connection: returns the variables with which Terraform in a folder shares a provider.
    """

    folder: Path
    environment: Mapping[str, str]
    engine: Engine
    connection: Connection

    @property
    def lock(self) -> Path:
        """Return the provider lock file."""
        return self.folder / "terraform.lock.hcl"

    def start(self, module: str, *arguments: str, stack: Path | None = None) -> Running:
        """Start ``python -m <module>`` and return at once.

        Args:
            module: the module.
            arguments: its arguments.
            stack: the folder in which it runs Terraform, whose commands then share a provider.
        """
        shared = {} if stack is None else self.connection(stack)
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={**self.environment, **shared},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        return Running(process)

    def run(self, module: str, *arguments: str, stack: Path | None = None) -> Done:
        """Run ``python -m <module>`` and return when it ends, with any exit code; see `start`."""
        return self.start(module, *arguments, stack=stack).done()

    def written(self, command: Command, *more: str, **instead: str) -> list[str]:
        """Return the module and the arguments of a documented command, for `start` and `run`.

        Args:
            command: ``python -m <module> ...``, as in a document.
            more: additional arguments at the end.
            instead: environments to use instead of those in the document; their files are in `folder`.
        """
        words = command.words
        assert words[:2] == ["python", "-m"], command

        def meant(word: str) -> str:
            name, dot, ending = word.partition(".")
            if name not in instead:
                return word
            return str(self.folder / f"{instead[name]}.{ending}") if dot else instead[name]

        return [*map(meant, words[2:]), *more]

    def start_plan(self, release: Path, environment: str, *, shares_provider: bool = True) -> Running:
        """Start to plan an environment of a release."""
        stack = stack_of(release, environment) if shares_provider else None
        if environment == "dev":
            command = documented("docs/promotion.md", "python -m ops plan --environment dev")
            return self.start(*self.written(command, *self.of(release), dev=environment), stack=stack)
        name = "prod" if environment == "prod" else "staging"
        commands = {
            "staging": documented("docs/promotion.md", "python -m ops plan --environment staging"),
            "prod": documented("docs/promotion.md", "python -m ops plan --environment prod"),
        }
        more = ("--json", f"{self.json(environment)}", *self.of(release))
        return self.start(*self.written(commands[name], *more, **{name: environment}), stack=stack)

    def start_promotion(
        self, release: Path, environment: str, source: str | None = None, *, shares_provider: bool = True
    ) -> Running:
        """Start to apply the plan of an environment; the plan must have been made with the same kind of provider."""
        if source is None:
            command = documented("docs/promotion.md", "python -m ops promote --to dev")
            names = {"dev": environment}
        elif source == "staging":
            command = documented("docs/promotion.md", "python -m ops promote --from staging --to prod")
            names = {"staging": source, "prod": environment}
        else:
            command = documented("docs/promotion.md", "python -m ops promote --from dev --to staging")
            names = {"dev": source, "staging": environment}
        words = self.written(command, *self.of(release), **names)
        return self.start(*words, stack=stack_of(release, environment) if shares_provider else None)

    def review(self, release: Path, environment: str) -> tuple[int, dict[str, Any]]:
        """Review the plan of an environment; return the exit code and the JSON report."""
        command = documented("docs/promotion.md", "python -m ops review")
        done = self.run(*self.written(command, "--format", "json", "--stacks", f"{release}", dev=environment))
        return done.code, json.loads(done.output)

    def of(self, release: Path) -> tuple[str, ...]:
        """Return the arguments that name a release."""
        return ("--stacks", f"{release}", "--lock-file", f"{self.lock}")

    def json(self, environment: str) -> Path:
        """Return the path of a plan's JSON."""
        return self.folder / f"{environment}.plan.json"

    def terraform(self, folder: Path) -> TerraformStack:
        """Return Terraform in a folder, for manual commands."""
        endpoints = {f"AWS_ENDPOINT_URL_{name}": self.environment["AWS_ENDPOINT_URL"] for name in ("S3", "STS", "IAM")}
        variables = {**self.environment, **endpoints, **self.connection(folder), "TF_IN_AUTOMATION": "1"}
        return TerraformStack(folder, self.engine, variables)

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3's clients have no common type
        """Return a client of the local AWS."""
        session: Any = boto3.Session(
            aws_access_key_id=self.environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.environment["AWS_SECRET_ACCESS_KEY"],
            region_name=self.environment["AWS_REGION"],
        )
        return session.client(service, endpoint_url=self.environment["AWS_ENDPOINT_URL"], config=CLIENT_CONFIG)


def operator_environment(endpoint: str, credentials: RunCredentials, mirror: str, folder: Path) -> dict[str, str]:
    """Return an operator's process environment: the local AWS, and the provider from a mirror."""
    configuration = folder / "terraform.rc"
    configuration.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n')
    own = {"AWS_ENDPOINT_URL": endpoint, "TF_CLI_CONFIG_FILE": str(configuration), "CHECKPOINT_DISABLE": "1"}
    return client_environment(credentials) | own | FROZEN


def stack_of(release: Path, environment: str) -> Path:
    """Return the folder of an environment's stack."""
    return release / f"chat-{environment}"


def synthesize(checkout: Path, output: Path, **settings: str) -> Path:
    """Synthesize the environments of the promotion order for the local AWS's one account; return the stacks.

    Args:
        checkout: the sources.
        output: the folder to use instead of ``cdktf.out``.
        settings: further settings, as environment variables.
    """
    given = {
        "CHAT_ENVIRONMENTS": ",".join(ENVIRONMENTS),
        "CHAT_ACCOUNT_ID": ACCOUNT,
        "CHAT_STATE__BUCKET": BUCKET,
        "CDKTF_OUTDIR": str(output),
    }
    subprocess.run(
        [sys.executable, "main.py"],
        cwd=checkout,
        env=frozen_process_environment() | given | settings,
        check=True,
        capture_output=True,
        timeout=_SECONDS,
    )
    return output / "stacks"


def _children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in listed.stdout.split()]
