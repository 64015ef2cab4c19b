"""Conflicts of AppSync do not end a promotion, and a plain ``terraform apply`` completes when it is repeated.

The local AWS refuses changes of the API with 409, as AppSync does. ``CHAT_CONFLICTS=all`` measures all rates for
docs/terraform.md.
"""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING

import pytest
import urllib3

from common.exit_codes import EXIT_OK
from local.deployment.outputs import read_credentials
from local.embedded.environment import DataDirectory
from local.embedded.fault_injection import CONFLICTS_PATH, VARIABLE
from local.process import Ports, start, stop
from tests.helpers.operator import BUCKET, ENVIRONMENTS, Operator, operator_environment, stack_of, synthesize
from tests.helpers.reduction import reduce
from tests.helpers.shared_provider import shared_providers
from tests.helpers.terraform import TerraformError, discover, discover_or_skip
from tests.unit.stacks.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.helpers.terraform import TerraformStack

pytestmark = pytest.mark.terraform

IS_MEASURED = os.environ.get("CHAT_CONFLICTS") == "all"
SHARES = (0.02, 0.1, 0.3) if IS_MEASURED else (0.2,)
"""Shares of changes that are refused at random."""
BUSY_SECONDS = 0.05
"""How long a change takes while others are refused."""
MOST_APPLIES = 20
KINDS = ("aws_appsync_function", "aws_appsync_datasource", "aws_appsync_resolver")


class Conflicting:
    """The conflicts of a running local AWS."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}{CONFLICTS_PATH}"
        self._pool = urllib3.PoolManager(retries=False)

    def arm(self, *, share: float = 0, seconds: float = 0) -> dict[str, int]:
        """Set the conflicts; return the numbers of changes and refusals before."""
        body = json.dumps({"share": share, "seconds": seconds}).encode()
        answer: dict[str, int] = self._pool.request("PUT", self._url, body=body).json()
        return answer


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, DataDirectory]]:
    """Start a local AWS with fault injection; skip if Terraform is missing."""
    discover_or_skip()
    directory = DataDirectory(tmp_path_factory.mktemp("aws"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, "on")
        running = start(directory, Ports(0, 0, 0), attached=False, say=print)
    yield running.instance.url, directory
    stop(directory, say=print)


@pytest.fixture(scope="module")
def conflicts(server: tuple[str, DataDirectory]) -> Conflicting:
    """Return the switch of the conflicts."""
    return Conflicting(server[0])


@pytest.fixture(scope="module")
def operator(server: tuple[str, DataDirectory], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """Create an operator with an empty state bucket."""
    folder = tmp_path_factory.mktemp("operator")
    engine = discover()
    mirror = engine.init[0].partition("=")[2]
    environment = operator_environment(server[0], read_credentials(server[1]), mirror, folder)
    with shared_providers(environment) as connection:
        made = Operator(folder, environment, engine, connection)
        made.client("s3").create_bucket(Bucket=BUCKET)
        yield made


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory, operator: Operator) -> Path:
    """Return a release with the API of dev: its data sources, functions and resolvers, and what they need."""
    stacks = synthesize(ROOT, tmp_path_factory.mktemp("release"))
    for name in ENVIRONMENTS:
        file = stack_of(stacks, name) / "cdk.tf.json"
        resources = json.loads(file.read_text(encoding="utf-8"))["resource"]
        kept = ["terraform_data.workspace"] if "terraform_data" in resources else []
        reduce(file, [*kept, *(f"{kind}.{one}" for kind in KINDS for one in resources[kind])])
    operator.lock.write_text("", encoding="utf-8")
    return stacks


def remove_api(operator: Operator, release: Path) -> None:
    """Remove the API with everything in it; tables and functions remain for the next test."""
    stack = operator.terraform(stack_of(release, "dev"))
    stack.run("destroy", "-input=false", "-no-color", "-auto-approve", "-target=aws_appsync_graphql_api.chat")


def promote(operator: Operator, release: Path) -> str:
    """Plan dev and promote the plan; return what the promotion reports."""
    folder, stack = operator.folder, stack_of(release, "dev")
    words = ("--record", f"{folder / 'dev.json'}", "--stacks", f"{release}", "--lock-file", f"{folder / 'none.hcl'}")
    planned = operator.run(
        "ops", "plan", "--environment", "dev", "--out", f"{folder / 'dev.tfplan'}", *words, stack=stack
    )
    assert planned.code == EXIT_OK, planned
    done = operator.run("ops", "promote", "--to", "dev", "--plan", f"{folder / 'dev.tfplan'}", *words, stack=stack)
    assert done.code == EXIT_OK, done
    return done.errors


@pytest.mark.parametrize("share", SHARES)
def test_a_promotion_completes(share: float, operator: Operator, release: Path, conflicts: Conflicting) -> None:
    conflicts.arm(share=share)
    begun = time.monotonic()

    reported = promote(operator, release)

    counted = conflicts.arm()
    again = reported.count("Applying the remaining reviewed changes")
    print(f"share {share}: {counted} changes, applied again {again} times, {time.monotonic() - begun:.0f} s")
    assert counted["refused"] > 0
    remove_api(operator, release)


def is_applied(stack: TerraformStack, parallelism: int) -> bool:
    """Apply once; return whether Terraform made all changes.

    Raises:
        TerraformError: it failed for another reason than a conflict.
    """
    try:
        stack.run("apply", "-input=false", "-no-color", "-auto-approve", f"-parallelism={parallelism}", attempts=1)
    except TerraformError as error:
        if "ConcurrentModificationException" not in error.output:
            raise
        return False
    return True


@pytest.mark.parametrize("parallelism", [10, 1] if IS_MEASURED else [1])
def test_one_change_at_a_time_meets_no_conflict(
    parallelism: int, operator: Operator, release: Path, conflicts: Conflicting
) -> None:
    stack = operator.terraform(stack_of(release, "dev"))
    conflicts.arm(seconds=BUSY_SECONDS)
    begun = time.monotonic()

    failed = 0
    while failed < MOST_APPLIES and not is_applied(stack, parallelism):
        failed += 1

    counted = conflicts.arm()
    print(f"-parallelism={parallelism}: {counted}, {failed} failed applies, {time.monotonic() - begun:.0f} s")
    assert parallelism > 1 or (failed, counted["refused"]) == (0, 0)
    remove_api(operator, release)
