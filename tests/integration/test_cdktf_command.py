"""``cdktf diff``, ``deploy`` and ``destroy`` against the local AWS, as documented in docs/terraform.md.

The tests run in order: each continues from the state of the previous one. After the first synthesis the stack is
reduced, because the command passes it to Terraform unchanged. Tests of ``cdktf synth`` are in tests/unit/stacks.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from local.clients import clients
from local.deployment.outputs import read_credentials
from local.embedded.environment import DataDirectory, client_environment
from local.process import Ports, start, stop
from terraform.providers import find_mirror
from tests.helpers import terraform
from tests.helpers.backend import ROOT
from tests.helpers.documents import documented, documented_block
from tests.helpers.environments import freeze_environments
from tests.helpers.reduction import reduce
from tests.helpers.shared_provider import shared_provider

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.embedded.credentials import RunCredentials
    from tests.helpers.documents import Command

pytestmark = pytest.mark.terraform

CDKTF = ROOT / "node_modules" / ".bin" / "cdktf"
BUCKET = "chat-terraform-state-command"
STACK = "cdktf.out/stacks/chat-local"
PART = ("terraform_data.workspace", "aws_dynamodb_table.rooms", "aws_appsync_resolver.Query_me")
SOURCES = ("main.py", "cdktf.json", "common", "contract", "stacks", "graphql", "lambdas", "modules")


@dataclass(frozen=True, slots=True)
class Aws:
    """A local AWS."""

    url: str
    directory: DataDirectory

    @property
    def credentials(self) -> RunCredentials:
        """Return the credentials of the current run."""
        return read_credentials(self.directory)

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3's clients are typed by literal names
        """Return a client of a service."""
        return clients([service], self.url, self.credentials)[service]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create a separate checkout, because the command writes to its ``cdktf.out``."""
    if not CDKTF.exists():
        pytest.skip("cdktf-cli is not installed: make bootstrap-all")
    folder = tmp_path_factory.mktemp("command")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    freeze_environments(folder)
    for name in ("node_modules", ".venv"):
        (folder / name).symlink_to(ROOT / name)
    return folder


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    """Start an empty local AWS: a second chat would disturb the tests of the shared one."""
    directory = DataDirectory(tmp_path_factory.mktemp("aws"))
    url = start(directory, Ports(0, 0, 0), attached=False, say=print).instance.url
    yield Aws(url, directory)
    stop(directory, say=print)


@pytest.fixture(scope="module")
def environment(checkout: Path, aws: Aws) -> dict[str, str]:
    """Return the command's environment variables: the local AWS, the provider mirror, and separate names."""
    try:
        terraform.discover()
    except terraform.Unavailable as reason:
        pytest.skip(str(reason))
    if shutil.which("terraform") is None:
        pytest.skip("cdktf runs the terraform that is on PATH, and there is none")
    mirror = find_mirror(*terraform.PROVIDER, os.environ)
    assert mirror is not None
    configuration = checkout / "cli.tfrc"
    configuration.write_text(
        f"provider_installation {{\n  filesystem_mirror {{\n    path = {json.dumps(str(mirror.folder))}\n  }}\n}}\n"
    )
    aws.client("s3").create_bucket(Bucket=BUCKET)
    kept = {
        name: value
        for name, value in client_environment(aws.credentials).items()
        if not name.startswith(("CHAT_", "CDKTF_"))
    }
    return {
        **kept,
        **documented_variables(aws),
        "CI": "1",
        # Terraform would use the cache as a mirror next time, and a folder cannot be both.
        "CDKTF_DISABLE_PLUGIN_CACHE_ENV": "1",
        "CHAT_APP_NAME": "command",
        "CHAT_STATE__BUCKET": BUCKET,
        "TF_CLI_CONFIG_FILE": str(configuration),
    }


@pytest.fixture(scope="module")
def connected(checkout: Path, environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """Return the variables for commands without synthesis, which share a provider."""
    with shared_provider(checkout / STACK, environment) as connection:
        yield environment | connection


def documented_variables(aws: Aws) -> dict[str, str]:
    """Return the variables that the document exports before the command, for this local AWS."""
    *exports, _ = documented_block("docs/terraform.md", "node_modules/.bin/cdktf diff chat-local").text.splitlines()
    script = "\n".join([*exports, "env -0"]).replace("http://127.0.0.1:4566", aws.url)
    own = {"PATH": os.environ["PATH"], "CHAT_LOCAL_DIRECTORY": str(aws.directory.root)}
    done = subprocess.run(
        ["bash", "-euc", script], cwd=ROOT, env=own, capture_output=True, text=True, timeout=60, check=True
    )
    variables = dict(line.split("=", 1) for line in done.stdout.split("\0") if line)
    assert aws.url in variables["AWS_ENDPOINT_URL"]
    return {
        name: value for name, value in variables.items() if name.startswith(("AWS_", "TF_", "CHECKPOINT_", "CHAT_"))
    }


def cdktf(checkout: Path, environment: dict[str, str], command: Command, *arguments: str) -> tuple[int, str]:
    """Run a documented command for the local stack; return its exit code and its output.

    The output goes to a file, because the command exits before a pipe has received all of it.
    """
    words = ["chat-local" if word == "chat-dev" else word for word in command.words[1:]]
    log = checkout / "command.log"
    with log.open("w", encoding="utf-8") as output:
        code = subprocess.run(
            [str(CDKTF), *words, *arguments, "--no-color"],
            cwd=checkout,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            timeout=terraform.COMMAND_SECONDS,
            check=False,
        ).returncode
    return code, " ".join(re.sub("[│╷╵]", " ", log.read_text(encoding="utf-8")).split())


def test_diff_outside_the_workspace_is_refused(checkout: Path, environment: dict[str, str]) -> None:
    outside = {name: value for name, value in environment.items() if name != "TF_WORKSPACE"}

    code, words = cdktf(checkout, outside, documented("docs/terraform.md", "cdktf diff chat-dev"))

    assert code == 1
    assert 'chat-local belongs in the workspace "local"' in words


def test_deploy_creates_all_resources(checkout: Path, connected: dict[str, str], aws: Aws) -> None:
    reduce(checkout / STACK / "cdk.tf.json", PART)

    command = documented("docs/terraform.md", "cdktf deploy chat-dev")
    code, words = cdktf(checkout, connected, command, "--auto-approve", "--skip-synth")

    assert code == 0, words[-3000:]
    assert "RoomsTableName = command-rooms-local" in words
    tables = aws.client("dynamodb").list_tables()["TableNames"]
    assert sorted(tables) == ["command-rooms-local", "command-users-local"]


def test_diff_after_deploy_is_empty(checkout: Path, connected: dict[str, str]) -> None:
    command = documented("docs/terraform.md", "node_modules/.bin/cdktf diff chat-local")
    code, words = cdktf(checkout, connected, command, "--skip-synth")

    assert code == 0, words[-3000:]
    assert "No changes." in words


def test_destroy_removes_all_resources(checkout: Path, connected: dict[str, str], aws: Aws) -> None:
    command = documented("docs/terraform.md", "cdktf destroy chat-dev")
    code, words = cdktf(checkout, connected, command, "--auto-approve", "--skip-synth")

    assert code == 0, words[-3000:]
    assert aws.client("dynamodb").list_tables()["TableNames"] == []
