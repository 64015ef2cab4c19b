"""Workflows, run step by step: a pull request, deployments to two environments, rollback, drift, recovery, destruction.

The shell scripts, conditions and expressions are those in ``.github``, with the real Terraform and the AWS provider
against one local AWS. GitHub is replaced (``tests/helpers/workflow``). The tests are one sequence and run in order.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from local.deployment.outputs import read_credentials
from local.embedded.environment import DataDirectory
from local.process import Ports, start, stop
from tests.helpers.environments import freeze_environments
from tests.helpers.operator import ACCOUNT, Operator, operator_environment
from tests.helpers.shared_provider import shared_providers
from tests.helpers.terraform import discover_or_skip
from tests.helpers.workflow.github import GitHub
from tests.helpers.workflow.runs import Run
from tools.checkout import ROOT, tracked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.helpers.workflow.jobs import JobResult

pytestmark = [
    pytest.mark.terraform,
    pytest.mark.skipif(shutil.which("jq") is None, reason="the workflows need jq, which GitHub's runners have"),
]

BUCKET = "acme-terraform-state"
FURTHER = "qa"
KEPT = (
    "aws_appsync_graphql_api.chat",
    "aws_cognito_identity_provider.oidc",
    "aws_cognito_user_group.Moderators",
    "aws_cognito_user_pool_client.web",
    "aws_dynamodb_table.rooms",
)
LEFT_OUT = frozenset({"Check the plan against the rules", "Check the API"})
"""Steps that are not run: only `make policy` installs Checkov, and Terraform knows an address of the API in AWS only.

test_policy.py and test_smoke.py run their commands.
"""
PROVIDER = """
[identity.oidc]
name = "Company"
issuer = "https://login.example.com"
client_id = "chat"
domain_prefix = "acme-{name}"
callback_urls = ["https://chat.example.com/signed-in"]
"""
SECRETS = {"OIDC_CLIENT_SECRET_DEV": "the secret of dev", "OIDC_CLIENT_SECRET_QA": 'of "qa": $HOME `id` \\n'}


@dataclass(frozen=True, slots=True)
class Platform:
    """A repository of an adopter on GitHub, and its AWS account."""

    github: GitHub
    operator: Operator

    def run(self, file: str, **inputs: str | bool) -> Run:
        """Run a workflow by hand."""
        return Run(self.github, f"{file}.yml", inputs=inputs).execute()

    def push(self) -> Run:
        """Run the workflow of a commit of the default branch."""
        return Run(self.github, "deploy.yml", "push").execute()

    def deploy(self, started: dict[str, Any]) -> Run:
        """Run a deployment that another run has started."""
        assert started["workflow"] == "deploy-environment.yml"
        return self.run("deploy-environment", **{"recover": False} | started["inputs"])

    def deploy_again(self, run: int, environment: str) -> Run:
        """Run a deployment of the release of a run."""
        return self.run("deploy-environment", environment=environment, run=str(run), recover=False)

    def runs_of(self, file: str) -> list[int]:
        """Return the ids of the runs of a workflow."""
        return [run["id"] for run in self.github.runs if run["path"].endswith(f"/{file}")]

    def password_length(self, environment: str) -> int:
        """Return a setting of the user pool of an environment, from AWS."""
        pool = instance(self.state(environment), "aws_cognito_user_pool")["attributes"]["id"]
        described = self.operator.client("cognito-idp").describe_user_pool(UserPoolId=pool)["UserPool"]
        length: int = described["Policies"]["PasswordPolicy"]["MinimumLength"]
        return length

    def objects(self) -> dict[str, str]:
        """Return the objects in the state bucket, by key, with their versions."""
        listed = self.operator.client("s3").list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return {one["Key"]: one["ETag"] for one in listed}

    def state(self, environment: str) -> dict[str, Any]:
        """Return the Terraform state of an environment."""
        key = f"environments/{environment}/chat/terraform.tfstate"
        body = self.operator.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()
        state: dict[str, Any] = json.loads(body)
        return state

    def put(self, environment: str, name: str, content: dict[str, Any]) -> None:
        """Write an object next to the state of an environment."""
        key = f"environments/{environment}/chat/{name}"
        self.operator.client("s3").put_object(Bucket=BUCKET, Key=key, Body=json.dumps(content).encode())

    def deployments(self, environment: str) -> list[dict[str, Any]]:
        """Return the deployment records of an environment, oldest first."""
        keys = sorted(key for key in self.objects() if key.startswith(f"environments/{environment}/chat/deployments/"))
        s3 = self.operator.client("s3")
        found = [json.loads(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()) for key in keys]
        return [
            {"name": key.rpartition("/")[2].removesuffix(".json"), **one} for key, one in zip(keys, found, strict=True)
        ]


def succeeded(run: Run) -> Run:
    """Return a run whose jobs have succeeded or were skipped."""
    assert "failure" not in run.results.values(), run.failed
    return run


def roles(run: Run) -> dict[str, str]:
    """Return the roles of a run by job."""
    return {name: job.role for name, job in run.jobs.items() if job.role}


def instance(state: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return the first instance of a kind of resource in a state."""
    found: dict[str, Any] = next(one["instances"][0] for one in state["resources"] if one["type"] == kind)
    return found


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Set up the repository of an adopter with two environments, and an account with a state bucket."""
    engine = discover_or_skip()
    directory = DataDirectory(tmp_path_factory.mktemp("aws"))
    server = start(directory, Ports(0, 0, 0), attached=False, say=print)
    folder, credentials = tmp_path_factory.mktemp("workflows"), read_credentials(directory)
    variables = operator_environment(server.instance.url, credentials, engine.init[0].partition("=")[2], folder)
    operator = Operator(folder, variables, engine, lambda _: {})
    machine = {
        name: value for name, value in variables.items() if not name.startswith(("CHAT_", "AWS_ACCESS", "AWS_SEC"))
    }
    machine |= {"PYTHONPATH": "packages/appsync-local/src:packages/chat-client/src", "KEPT_RESOURCES": " ".join(KEPT)}
    with shared_providers(variables) as connection:
        github = GitHub(
            folder / "github",
            origin=folder / "origin",
            machine=machine,
            credentials=credentials.variables(),
            connection=connection,
            variables={
                f"AWS_{kind}_ROLE_{name}": f"{prefix}-{name}"
                for kind, prefix in (("PLAN", "plan"), ("PULL_REQUEST", "pull"))
                for name in ("dev", FURTHER)
            },
            secrets=SECRETS,
            environments={name: {"AWS_APPLY_ROLE": f"apply-{name}"} for name in ("dev", FURTHER)},
            left_out=LEFT_OUT,
        )
        make_repository(github)
        operator.client("s3").create_bucket(Bucket=BUCKET)
        platform = Platform(github, operator)
        for name in ("dev", FURTHER):  # what `terraform workspace new` writes
            empty = {"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": str(uuid.uuid4())}
            platform.put(name, "terraform.tfstate", {**empty, "outputs": {}, "resources": [], "check_results": None})
        yield platform
    stop(directory, say=print)


def make_repository(github: GitHub) -> None:
    """Write the adopter's repository: this checkout, with other values in the files of the environments."""
    for name in tracked("*"):
        (github.origin / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, github.origin / name, follow_symlinks=False)
    freeze_environments(github.origin)
    environments = github.origin / "environments"
    edit(environments / "dev.toml", {'account_id = "111111111111"': f'account_id = "{ACCOUNT}"'})
    edit(environments / "dev.toml", {'bucket = "chat-terraform-state-111111111111"': f'bucket = "{BUCKET}"'})
    text = (environments / "dev.toml").read_text(encoding="utf-8")
    further = text.replace('environment = "dev"', f'environment = "{FURTHER}"')
    (environments / f"{FURTHER}.toml").write_text(
        further + PROVIDER.format(name=FURTHER) + '\n[promotion]\nafter = "dev"\n', encoding="utf-8"
    )
    (environments / "dev.toml").write_text(text + PROVIDER.format(name="dev"), encoding="utf-8")
    for file in environments.glob("*.toml"):
        if file.stem not in {"dev", FURTHER, "local"}:
            file.unlink()
    subprocess.run(["git", "init", "--quiet", "--initial-branch", "main"], cwd=github.origin, check=True)
    github.commit("First release")


def edit(file: Path, replacements: dict[str, str]) -> None:
    """Replace texts, each of which occurs once in a file."""
    text = file.read_text(encoding="utf-8")
    for old, new in replacements.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


# --- Pull requests ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actor", "owner"), [("dependabot[bot]", "acme/chat"), ("octocat", "octocat/chat")], ids=["dependabot", "fork"]
)
def test_pull_request_without_secrets_reports_success(platform: Platform, actor: str, owner: str) -> None:
    payload = {"pull_request": {"head": {"repo": {"full_name": owner}}}}

    run = Run(platform.github, "plan.yml", "pull_request", payload=payload, actor=actor).execute()

    assert run.results == {"release": "skipped", "environment": "skipped", "comment": "skipped", "plan": "success"}
    assert "Not planned: pull requests of forks and of Dependabot get no credentials." in run.jobs["plan"].log


def test_pull_request_is_planned_with_the_secret_of_each_environment(platform: Platform) -> None:
    before = platform.objects()
    payload = {"pull_request": {"head": {"repo": {"full_name": "acme/chat"}}}}

    run = succeeded(Run(platform.github, "plan.yml", "pull_request", payload=payload).execute())

    assert run.jobs["release"].outputs["environments"] == '["dev", "qa"]'
    assert roles(run) == {"environment/dev": "pull-dev", "environment/qa": "pull-qa"}
    for name in ("dev", FURTHER):
        job = run.jobs[f"environment/{name}"]
        assert planned_secret(job) == SECRETS[f"OIDC_CLIENT_SECRET_{name.upper()}"]
        assert SECRETS[f"OIDC_CLIENT_SECRET_{name.upper()}"] not in job.log + job.summary
        assert f"## Plan for {name}: may be applied" in job.summary
        assert (platform.github.artifact(run.id, f"review-{name}") / f"{name}.md").is_file()
    written = {key for key, version in platform.objects().items() if before.get(key) != version}
    assert {key.split("/")[0] for key in written} == {"plans"}


def planned_secret(job: JobResult) -> str:
    """Return the client secret in a job's plan."""
    plan = json.loads((job.workspace / "plan.json").read_text(encoding="utf-8"))
    secret: str = plan["variables"]["oidc_client_secret"]["value"]
    return secret


# --- Deployments --------------------------------------------------------------------------------


def test_commit_is_deployed_to_one_environment_after_the_other(platform: Platform) -> None:
    pushed = succeeded(platform.push())
    (first,) = platform.github.dispatched()
    assert first["inputs"] == {"environment": "dev", "run": str(pushed.id)}

    dev = succeeded(platform.deploy(first))
    (second,) = platform.github.dispatched()
    assert second["inputs"] == {"environment": FURTHER, "run": str(dev.id)}
    further = succeeded(platform.deploy(second))

    assert platform.github.dispatched() == []
    for name, run in (("dev", dev), (FURTHER, further)):
        assert roles(run) == {"plan": f"plan-{name}", "apply": f"apply-{name}"}
        assert f"## Plan for {name}: may be applied" in run.jobs["plan"].summary
        secret = instance(platform.state(name), "aws_cognito_identity_provider")["attributes"]["provider_details"]
        assert secret["client_secret"] == SECRETS[f"OIDC_CLIENT_SECRET_{name.upper()}"]
        (deployed,) = platform.deployments(name)
        assert deployed["review"]["commit"] == platform.github.git("rev-parse", "HEAD")


def test_deployment_is_skipped_if_a_newer_one_is_queued(platform: Platform) -> None:
    edit(platform.github.origin / "environments" / "dev.toml", {"length = 12": "length = 20"})
    second = platform.github.commit("Second release")
    newer = succeeded(platform.push())
    queued = platform.github.add_run(
        "deploy-environment.yml", "workflow_dispatch", f"Deploy dev with the release of run {newer.id}"
    )
    queued["status"] = "pending"

    run = succeeded(platform.deploy_again(platform.runs_of("deploy.yml")[0], "dev"))

    queued["status"] = "completed"
    assert run.results == {"release": "success", "plan": "skipped", "apply": "skipped", "next": "skipped"}
    message = f"a deployment of the newer commit {second}, which includes this one, is queued: {queued['html_url']}"
    assert message in run.jobs["release"].summary


def test_older_commit_does_not_replace_a_newer_one(platform: Platform) -> None:
    (started,) = platform.github.dispatched()
    succeeded(platform.deploy(started))
    platform.github.dispatched()

    late = succeeded(platform.deploy_again(platform.runs_of("deploy.yml")[0], "dev"))

    assert late.results["plan"] == "success"
    assert late.results["apply"] == late.results["next"] == "skipped"
    second = platform.github.git("rev-parse", "HEAD")
    assert f"Not deployed: dev has the newer commit {second}" in late.jobs["plan"].summary
    assert platform.password_length("dev") == 20


def test_release_of_another_workflow_is_refused(platform: Platform) -> None:
    other = platform.github.add_run("ci.yml", "push", "Checks")

    run = platform.deploy_again(other["id"], "dev")

    assert run.results == {"release": "failure", "plan": "skipped", "apply": "skipped", "next": "skipped"}
    assert f"Run {other['id']} is neither a run of deploy nor a deployment." in run.failed


def test_release_whose_checks_failed_is_refused(platform: Platform) -> None:
    platform.github.failing = frozenset({"policy"})
    pushed = platform.push()
    platform.github.failing = frozenset()
    assert pushed.results == {"check": "failure", "release": "success", "start": "skipped"}
    assert platform.github.dispatched() == []

    run = platform.deploy_again(pushed.id, "dev")

    assert run.results["release"] == "failure"
    assert f"The checks of run {pushed.id} have not succeeded." in run.failed


# --- Rollback, drift, recovery and destruction ---


def test_rollback_lists_deployments_and_returns_to_one(platform: Platform) -> None:
    first, last = platform.deployments("dev")

    listed = succeeded(platform.run("rollback", environment="dev", record=""))
    rolled_back = succeeded(platform.run("rollback", environment="dev", record=first["name"]))

    assert listed.results["apply"] == "skipped"
    assert first["name"] in listed.summary
    assert last["name"] in listed.summary
    assert roles(rolled_back) == {"plan": "plan-dev", "apply": "apply-dev"}
    assert "password_policy" in rolled_back.jobs["plan"].summary
    assert platform.password_length("dev") != 20
    newest = platform.deployments("dev")[-1]["review"]
    assert newest["commit"] == first["review"]["commit"]
    assert newest["rollback_of"] == last["review"]["release_sha256"]


def test_drift_is_checked_in_every_environment(platform: Platform) -> None:
    pool = instance(platform.state(FURTHER), "aws_cognito_user_pool")["attributes"]["id"]
    group = {"UserPoolId": pool, "GroupName": "Moderators", "Description": "changed by hand"}
    platform.operator.client("cognito-idp").update_group(**group)
    before = platform.objects()

    run = succeeded(Run(platform.github, "drift.yml", "schedule").execute())

    found = {
        name: json.loads((platform.github.artifact(run.id, f"drift-{name}") / f"{name}.json").read_text())
        for name in ("dev", FURTHER)
    }
    assert found["dev"]["clean"], found["dev"]
    assert [one["address"] for one in found[FURTHER]["differences"]] == ["aws_cognito_user_group.Moderators"]
    assert roles(run) == {"check/dev": "plan-dev", "check/qa": "plan-qa"}
    assert platform.objects() == before


def test_recovery_releases_a_lock_after_the_approval(platform: Platform) -> None:
    run_id = str(platform.runs_of("deploy.yml")[1])
    lock = {"ID": str(uuid.uuid4()), "Operation": "OperationTypeApply", "Who": "runner@host", "Info": ""}
    platform.put("dev", "terraform.tfstate.tflock", lock | {"Version": "1.11.4", "Created": "2030-01-01T00:00:00Z"})
    held = platform.objects()

    seen = succeeded(platform.run("recover", environment="dev", lock_id="", run=run_id))
    assert platform.objects() == held
    assert lock["ID"] in seen.jobs["look"].summary
    assert seen.results["recover"] == seen.results["deploy"] == "skipped"

    done = succeeded(platform.run("recover", environment="dev", lock_id=lock["ID"], run=run_id))
    assert held.keys() - platform.objects().keys() == {"environments/dev/chat/terraform.tfstate.tflock"}
    assert roles(done) == {"look": "plan-dev", "recover": "apply-dev"}
    (started,) = platform.github.dispatched()
    assert started["inputs"] == {"environment": "dev", "run": run_id, "recover": "true"}

    platform.github.commit("Third release")
    newer = succeeded(platform.push())
    platform.github.dispatched()
    queued = platform.github.add_run(
        "deploy-environment.yml", "workflow_dispatch", f"Deploy dev with the release of run {newer.id}"
    )
    queued["status"] = "pending"

    recovered = succeeded(platform.deploy(started))

    queued["status"] = "completed"
    assert recovered.results["apply"] == "success"
    assert platform.password_length("dev") == 20
    platform.github.dispatched()


def test_recovery_keeps_an_interrupted_table_with_the_apply_role_only(platform: Platform) -> None:
    state = platform.state("dev")
    instance(state, "aws_dynamodb_table")["status"] = "tainted"
    platform.put("dev", "terraform.tfstate", state | {"serial": state["serial"] + 1})

    run = succeeded(platform.run("recover", environment="dev", lock_id="", run=""))

    assert "The next plan would replace them" in run.jobs["look"].summary
    assert "The next plan keeps them" in run.jobs["recover"].summary
    assert roles(run) == {"look": "plan-dev", "recover": "apply-dev"}
    assert platform.state("dev")["serial"] == state["serial"] + 2
    assert "status" not in instance(platform.state("dev"), "aws_dynamodb_table")


def test_environment_is_destroyed_if_its_name_is_given_again(platform: Platform) -> None:
    shown = succeeded(platform.run("destroy", environment=FURTHER, confirm=""))
    mistaken = platform.run("destroy", environment=FURTHER, confirm="dev")
    assert len(platform.state(FURTHER)["resources"]) > 1

    done = succeeded(platform.run("destroy", environment=FURTHER, confirm=FURTHER))

    assert shown.results["destroy"] == mistaken.results["destroy"] == "skipped"
    for run in (shown, done):
        assert "would destroy " in run.jobs["plan"].summary
        assert "aws_dynamodb_table.rooms would be destroyed, with its data" in run.jobs["plan"].summary
    assert mistaken.results["plan"] == "failure"
    assert roles(done) == {"plan": "plan-qa", "destroy": "apply-qa"}
    assert platform.state(FURTHER)["resources"] == []
    assert platform.deployments(FURTHER)[-1]["review"]["destroys"]


def test_destroyed_environment_has_no_drift(platform: Platform) -> None:
    run = succeeded(Run(platform.github, "drift.yml", "schedule").execute())

    found = json.loads((platform.github.artifact(run.id, f"drift-{FURTHER}") / f"{FURTHER}.json").read_text())
    assert (found["clean"], found["differences"]) == (True, [])
    assert "the destruction of" in found["release"]


def test_destroyed_environment_has_nothing_to_destroy(platform: Platform) -> None:
    done = succeeded(platform.run("destroy", environment=FURTHER, confirm=FURTHER))

    assert done.results["destroy"] == "skipped"
    assert f"{FURTHER}: nothing to destroy." in done.jobs["plan"].summary
