"""A release on its way: from the first plan, through a Terraform that was killed, to production, and away again.

The real Terraform with the real AWS provider on one local AWS, by the commands that the workflows run. The tests are
one story and run in order.
"""

from __future__ import annotations

import json
import platform
from typing import TYPE_CHECKING

import pytest

from local.embedded.environment import DataDirectory
from local.process import Ports, start, stop
from tests.helpers.operator import (
    BUCKET,
    ENVIRONMENTS,
    Operator,
    operator_environment,
    synthesize,
)
from tests.helpers.terraform import Unavailable, discover
from tests.helpers.waiting import wait_until
from tests.unit.stacks.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.helpers.terraform import Engine

pytestmark = pytest.mark.terraform


@pytest.fixture(scope="module")
def engine() -> Engine:
    """Terraform and where its provider is; the tests are skipped where one of them cannot be had."""
    try:
        return discover()
    except Unavailable as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def operator(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """An operator with an empty local AWS that has the state bucket."""
    folder = tmp_path_factory.mktemp("operator")
    directory = DataDirectory(tmp_path_factory.mktemp("aws"))
    server = start(directory, Ports(0, 0, 0), attached=False, say=print)
    mirror = next(option for option in engine.init if option.startswith("-plugin-dir=")).partition("=")[2]
    environment = operator_environment(server.instance.url, mirror, folder)
    someone = Operator(folder, environment, folder / "terraform.lock.hcl")
    s3 = someone.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    yield someone
    stop(directory, say=print)


@pytest.fixture(scope="module")
def release(operator: Operator, engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make synth` writes, and the provider lock file for it."""
    stacks = synthesize(ROOT, tmp_path_factory.mktemp("release") / "stacks")
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    mirror = engine.init[0].partition("=")[2]
    locked = operator.run(
        *("ops.provider_lock", "--stacks", f"{stacks}", "--mirror", mirror),
        *("--platform", f"{platform.system().lower()}_{machine}", "--output", f"{operator.lock}"),
    )
    assert locked.code == 0, locked
    return stacks


def names(operator: Operator, kind: str) -> list[str]:
    """What there is of a kind, by name."""
    if kind == "apis":
        return sorted(one["name"] for one in operator.client("appsync").list_graphql_apis()["graphqlApis"])
    if kind == "pools":
        return sorted(one["Name"] for one in operator.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"])
    tables: list[str] = operator.client("dynamodb").list_tables()["TableNames"]
    return sorted(tables)


def test_a_terraform_killed_in_the_middle_is_recovered_without_a_second_copy(operator: Operator, release: Path) -> None:
    first = operator.start_plan(release, "dev").done()
    assert first.code == 0, first
    assert operator.review(release, "dev")[0] == 0
    applying = operator.start_promotion(release, "dev")
    wait_until(lambda: names(operator, "apis") and len(names(operator, "tables")) > 3)
    applying.kill()
    messages = operator.client("dynamodb").describe_table(TableName="chat-messages-dev")["Table"]["TableId"]

    held = operator.run("ops.recover", "--environment", "dev", *operator.of(release))
    others = [operator.start_plan(release, name) for name in ("staging", "prod")]
    locked = operator.start_plan(release, "dev").done()

    assert held.code == 1, held
    lock = json.loads(
        operator.client("s3")
        .get_object(Bucket=BUCKET, Key="environments/dev/chat/terraform.tfstate.tflock")["Body"]
        .read()
    )
    for told in (held.errors, locked.errors):
        assert lock["Who"] in told
        assert lock["ID"] in told
    assert locked.code == 3, locked
    assert [other.done().code for other in others] == [0, 0]

    recovered = operator.run("ops.recover", "--environment", "dev", "--lock-id", lock["ID"], *operator.of(release))
    assert recovered.code == 0, recovered
    assert operator.start_plan(release, "dev").done().code == 0
    code, review = operator.review(release, "dev")
    assert code == 0
    replaced = {one["address"] for one in review["changes"] if one["action"] == "replace"}
    # An imported client does not tell whether it has a secret: Terraform makes it anew, before anybody knows its id.
    assert replaced <= {"aws_cognito_user_pool_client.web"}
    too_early = operator.start_promotion(release, "staging", "dev").done()
    assert too_early.code == 1
    assert "Nothing has been promoted to dev yet" in too_early.errors
    promoted = operator.start_promotion(release, "dev").done()

    assert promoted.code == 0, promoted
    assert names(operator, "apis") == ["chat-api-dev"]
    assert names(operator, "pools") == ["chat-users-dev"]
    again = operator.client("dynamodb").describe_table(TableName="chat-messages-dev")["Table"]["TableId"]
    assert again == messages


def test_a_release_goes_to_staging_and_production_in_order(operator: Operator, release: Path) -> None:
    skipping = operator.start_promotion(release, "prod", "staging").done()
    assert skipping.code == 1
    assert "Nothing has been promoted to staging yet" in skipping.errors

    for source, environment in (("dev", "staging"), ("staging", "prod")):
        promoted = operator.start_promotion(release, environment, source).done()
        assert promoted.code == 0, promoted

    assert names(operator, "apis") == ["chat-api-dev", "chat-api-prod", "chat-api-staging"]
    keys = {one["Key"] for one in operator.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]}
    for environment in ENVIRONMENTS:
        folder = f"environments/{environment}/chat"
        assert f"{folder}/terraform.tfstate" in keys
        assert f"{folder}/terraform.tfstate.tflock" not in keys
        assert sum(key.startswith(f"{folder}/deployments/") for key in keys) == 1


def test_the_same_plan_is_not_applied_twice(operator: Operator, release: Path) -> None:
    again = operator.start_promotion(release, "staging", "dev").done()

    assert again.code == 1
    assert "The plan is stale" in again.errors
    assert "python -m ops.plan --environment staging" in again.errors
