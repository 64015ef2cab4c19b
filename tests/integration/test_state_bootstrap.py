"""The bootstrap of an environment as docs/terraform.md tells it, with the real Terraform on the embedded AWS.

Local state first, then into the bucket that was just made; then the chat's own state beside it, and another stack that
reads the chat's outputs. The tests run in order.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from local.embedded.environment import client_environment
from tests.helpers.backend import ROOT
from tests.helpers.terraform import BACKEND, COMMAND_SECONDS, TerraformError, TerraformStack, Unavailable, discover

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_iam import IAMClient
    from mypy_boto3_s3 import S3Client

    from tests.helpers.backend import LocalBackend
    from tests.helpers.terraform import Engine

pytestmark = pytest.mark.terraform

BUCKET = "chat-terraform-state-bootstrap"
STATE_KEY = "bootstrap/dev/terraform.tfstate"
SETTINGS = {
    "CHAT_ENVIRONMENTS": "dev",
    "CHAT_ACCOUNT_ID": "000000000000",
    "CHAT_STATE__BUCKET": BUCKET,
    "CHAT_GITHUB__REPOSITORY": "acme/chat",
    "CHAT_GITHUB__REPOSITORY_IDS": '{"owner": 42, "repository": 4711}',
}
PROTECTED = {"module.state.aws_kms_key.this", "module.state.aws_s3_bucket.this"}


@pytest.fixture(scope="module")
def engine() -> Engine:
    """Terraform and where its provider is; the tests are skipped where one of them cannot be had."""
    try:
        return discover()
    except Unavailable as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where everything of these tests is synthesized to."""
    return tmp_path_factory.mktemp("bootstrap") / "cdktf.out"


@pytest.fixture(scope="module")
def stack(engine: Engine, output: Path, backend: LocalBackend) -> TerraformStack:
    """The bootstrap stack, synthesized for a state on disk."""
    synthesize(output, CHAT_STATE__BOOTSTRAP="local")
    return TerraformStack(output / "stacks" / "state-dev", engine, environment(backend))


@pytest.fixture(scope="module")
def s3(backend: LocalBackend) -> S3Client:
    """A client of the S3 that is to hold the state."""
    client: S3Client = backend.client("s3")
    return client


@pytest.fixture(scope="module")
def iam(backend: LocalBackend) -> IAMClient:
    """A client of the local IAM."""
    client: IAMClient = backend.client("iam")
    return client


def environment(backend: LocalBackend) -> dict[str, str]:
    """Terraform's process environment, with the embedded AWS."""
    variables = client_environment() | {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
    return variables | {f"AWS_ENDPOINT_URL{name}": backend.outputs.endpoint for name in ("", "_S3", "_STS", "_IAM")}


def synthesize(output: Path, **settings: str) -> None:
    """Run ``python main.py`` for dev, with settings on top of the file's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHAT_")}
    subprocess.run(
        [sys.executable, "main.py"],
        cwd=ROOT,
        env={**kept, **SETTINGS, **settings, "CDKTF_OUTDIR": str(output)},
        check=True,
        capture_output=True,
        timeout=COMMAND_SECONDS,
    )


def state_keys(s3: S3Client) -> list[str]:
    """The keys of all objects in the bucket."""
    return sorted(item["Key"] for item in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []))


def test_the_first_apply_keeps_its_state_on_disk(stack: TerraformStack, s3: S3Client) -> None:
    stack.run("init", "-input=false", "-no-color", *stack.engine.init)
    stack.apply(stack.plan())

    assert set(stack.addresses()) > PROTECTED
    assert (stack.folder / "terraform.tfstate").stat().st_size > 0
    assert state_keys(s3) == []


def test_the_bucket_is_as_the_module_says(stack: TerraformStack, s3: S3Client) -> None:
    rule = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"][0]

    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    assert rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] == stack.outputs()["StateKeyArn"]
    assert all(s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"].values())
    assert "aws:SecureTransport" in s3.get_bucket_policy(Bucket=BUCKET)["Policy"]


def test_the_roles_trust_one_repository_by_its_numbers(stack: TerraformStack, iam: IAMClient) -> None:
    outputs = stack.outputs()
    subjects = {}
    for output_name in ("PlanRoleArn", "ApplyRoleArn"):
        name = str(outputs[output_name]).rsplit("/", 1)[-1]
        document: Any = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
        condition = document["Statement"][0]["Condition"]
        assert set(condition) == {"StringEquals"}
        subjects[name] = condition["StringEquals"]["token.actions.githubusercontent.com:sub"]

    assert subjects == {
        "chat-plan-dev": ["repo:acme@42/chat@4711:pull_request", "repo:acme@42/chat@4711:ref:refs/heads/main"],
        "chat-apply-dev": "repo:acme@42/chat@4711:environment:dev",
    }


def test_the_state_moves_into_its_own_bucket(
    stack: TerraformStack, output: Path, s3: S3Client, backend: LocalBackend
) -> None:
    before = stack.addresses()
    key = str(stack.outputs()["StateKeyArn"])
    synthesize(output, CHAT_STATE__KMS_KEY_ID=key)

    options = [option for option in BACKEND if option != "-reconfigure"]
    stack.run("init", "-migrate-state", "-force-copy", "-input=false", "-no-color", *options, *stack.engine.init)

    assert backend
    assert state_keys(s3) == [STATE_KEY]
    assert s3.head_object(Bucket=BUCKET, Key=STATE_KEY)["ServerSideEncryption"] == "aws:kms"
    assert stack.addresses() == before
    plan = stack.plan()
    assert [change.address for change in plan.changes] == ["module.state.aws_s3_bucket_policy.this"]
    stack.apply(plan)  # now that the key is named, the bucket refuses any other
    assert stack.plan().changes == []


def test_the_chat_keeps_its_state_beside_it(stack: TerraformStack, output: Path, s3: S3Client) -> None:
    chat = TerraformStack(output / "stacks" / "chat-dev", stack.engine, stack.environment)

    chat.init()
    chat.select_workspace("dev")
    chat.run("apply", "-input=false", "-no-color", "-auto-approve", "-target=terraform_data.workspace")

    assert state_keys(s3) == [STATE_KEY, "environments/dev/chat/terraform.tfstate"]


def test_another_stack_reads_the_chats_outputs(
    stack: TerraformStack, s3: S3Client, tmp_path: Path, backend: LocalBackend
) -> None:
    state = {
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": 1,
        "lineage": "made-up",
        "outputs": {name: {"value": value, "type": "string"} for name, value in chat_outputs(backend).items()},
        "resources": [],
    }
    s3.put_object(Bucket=BUCKET, Key="environments/test/chat/terraform.tfstate", Body=json.dumps(state).encode())
    shutil.copytree(ROOT / "modules" / "chat-outputs", tmp_path / "chat-outputs")
    module = {
        "source": "./chat-outputs",
        "environment": "test",
        "bucket": BUCKET,
        "region": backend.outputs.region,
        "backend_options": {"use_path_style": True, "skip_metadata_api_check": True},
    }
    document = {"module": {"chat": module}, "output": {"chat": {"value": "${module.chat}", "sensitive": True}}}
    (tmp_path / "main.tf.json").write_text(json.dumps(document))
    reader = TerraformStack(tmp_path, stack.engine, stack.environment)

    reader.init(backend=False)
    reader.run("apply", "-input=false", "-no-color", "-auto-approve")

    read: Any = reader.outputs()["chat"]
    assert read["graphql_api_id"] == backend.outputs["GraphQLAPIId"]
    assert read["user_pool_client_id"] == backend.outputs.client_id
    assert read["table_names"]["messages"] == backend.outputs["MessagesTableName"]


def test_destroy_refuses_what_holds_states_and_names_it(stack: TerraformStack) -> None:
    with pytest.raises(TerraformError) as refused:
        stack.destroy()

    assert "prevent_destroy" in refused.value.output
    assert {address for address in PROTECTED if f"Resource {address} has" in refused.value.output}
    assert set(stack.addresses()) >= PROTECTED


def chat_outputs(backend: LocalBackend) -> dict[str, str]:
    """The outputs of a chat, as its state holds them."""
    return {name: value for name, value in backend.outputs.values.items() if isinstance(value, str)}
