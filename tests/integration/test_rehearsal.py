"""Runs the commands of docs/rehearsal.md in a copy of the checkout, with the real Terraform and an empty local AWS.

The tests are one sequence and run in order, in one shell: exported variables remain. After `make synth`, the stacks are
reduced to three resources: test_promotion.py promotes a sample of each kind, and test_terraform.py applies all of them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from common.exit_codes import EXIT_OK
from local.embedded.environment import DataDirectory
from local.process import Ports, start, stop
from terraform.providers import current_platform
from tests.helpers.documented_checkout import copy_for_commands
from tests.helpers.documents import documented, documented_block
from tests.helpers.environments import ROOT
from tests.helpers.terraform import discover_or_skip

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.helpers.documents import Block, Command

pytestmark = pytest.mark.terraform

DRIFT = 2
REDUCTION = """
test "$1" != synth || python -c '
import json
from pathlib import Path
from tests.helpers.reduction import reduce
kept = ["aws_cloudwatch_log_group.post_confirmation", "aws_dynamodb_table.messages", "aws_dynamodb_table.rooms"]
for file in Path("cdktf.out/stacks").glob("chat-*/cdk.tf.json"):
    checks = json.loads(file.read_text())["resource"].get("terraform_data", {})
    reduce(file, kept + [f"terraform_data.{name}" for name in checks])
'"""
_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Shell:
    """A shell in a copy of the checkout.

    Attributes:
        checkout: the copy.
        environment: the variables at its start.
        replaced: words of the document -> what this machine has instead.
    """

    checkout: Path
    environment: Mapping[str, str]
    replaced: Mapping[str, str]

    def run(self, commands: Block | Command, code: int = EXIT_OK) -> str:
        """Run commands, which must end with this exit code; return their output and errors."""
        text, variables = commands.text, self.checkout.parent / "variables"
        for word, here in self.replaced.items():
            text = text.replace(word, here)
        before = f". {variables}\n" if variables.exists() else ""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", f"{before}trap 'export -p > {variables}' EXIT\n{text}"],
            cwd=self.checkout,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        assert done.returncode == code, f"{commands.page}:{commands.line}\n{done.stdout}"
        return done.stdout


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """Start a local AWS, and return a shell of a user who has just started it."""
    engine = discover_or_skip()
    if shutil.which("terraform") is None:
        pytest.skip("there is no terraform on PATH")
    checkout = copy_for_commands(tmp_path_factory.mktemp("rehearsal") / "chat", after_make=REDUCTION)
    directory = DataDirectory(tmp_path_factory.mktemp("aws"))
    server = start(directory, Ports(0, 0, 0), attached=False, say=print)
    left_out = ("AWS_", "CHAT_", "CDKTF_", "TF_", "PYTHONDONTWRITEBYTECODE")
    own = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    environment = own | {
        "PATH": f"{checkout / 'bin'}:{os.environ['PATH']}",
        "CHAT_LOCAL_DIRECTORY": str(directory.root),
        "CHAT_LOCAL_PORT": server.instance.url.rpartition(":")[2],
        "CHAT_ATTACHMENTS__EXPIRE_FILES": "false",  # the provider waits 55 s for such a rule in each environment
        "CHECKPOINT_DISABLE": "1",
    }
    mirror = engine.init[0].partition("=")[2]
    yield Shell(checkout, environment, {"MIRROR": mirror, "linux_amd64": current_platform()})
    stop(directory, say=print)


def test_the_shell_is_prepared(shell: Shell) -> None:
    shell.run(documented_block("docs/rehearsal.md", ". .venv/bin/activate"))
    shell.run(documented_block("docs/rehearsal.md", "printf"))


def test_the_state_bucket_is_created_and_receives_its_own_state(shell: Shell) -> None:
    created = shell.run(
        documented_block("docs/rehearsal.md", "CHAT_ENVIRONMENTS=dev CHAT_STATE__BOOTSTRAP=local make synth")
    )
    moved = shell.run(documented_block("docs/rehearsal.md", "export CHAT_STATE__KMS_KEY_ID="))

    assert 'StateBucket = "rehearsal-terraform-state"' in created
    assert "1 changed, 0 destroyed" in moved


def test_the_provider_lock_file_is_outside_the_checkouts_files(shell: Shell) -> None:
    shell.run(documented("docs/rehearsal.md", "python -m ops provider-lock --mirror"))

    assert (shell.checkout / "rehearsal" / "terraform.lock.hcl").is_file()
    assert not (shell.checkout / "terraform.lock.hcl").exists()
    assert (
        subprocess.run(
            ["git", "check-ignore", "-q", "--no-index", "rehearsal/mirror.tfrc"], cwd=ROOT, check=False
        ).returncode
        == 0
    )


def test_dev_is_deployed(shell: Shell) -> None:
    done = shell.run(documented_block("docs/rehearsal.md", "python -m ops review"))

    assert "Quotas of a new account that dev comes near" in done
    assert "not authenticated" not in done
    assert "dev has release" in done


def test_the_release_is_promoted_to_production(shell: Shell) -> None:
    done = shell.run(documented_block("docs/rehearsal.md", "python -m ops promote --from dev --to staging"))

    assert "staging has release" in done
    assert "prod has release" in done


def test_drift_is_found(shell: Shell) -> None:
    shell.run(documented_block("docs/rehearsal.md", "python -c"))

    found = shell.run(documented("docs/rehearsal.md", "python -m ops drift --environment dev"), DRIFT)

    assert "aws_cloudwatch_log_group.post_confirmation" in found


def test_a_release_is_rolled_back(shell: Shell) -> None:
    shell.run(documented_block("docs/rehearsal.md", "CHAT_LOG_RETENTION_DAYS=14 make synth"))
    done = shell.run(documented_block("docs/rehearsal.md", "record="))

    assert "dev has release" in done
    assert "retention_in_days" in done


def test_nothing_is_left_to_recover(shell: Shell) -> None:
    shell.run(documented_block("docs/rehearsal.md", "python -m ops recover"))


def test_dev_is_destroyed_and_production_is_protected(shell: Shell) -> None:
    remaining = shell.run(
        documented_block("docs/rehearsal.md", "python -m ops destroy --environment dev --confirm dev")
    )

    assert "aws_dynamodb_table.messages" in remaining
