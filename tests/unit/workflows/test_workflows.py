"""Tests of workflow rules that neither actionlint nor zizmor checks: permissions have reasons, forks have no access."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from ops.order import PromotionOrder
from stacks.storage import UPDATE_MINUTES
from tests.helpers.commands import Command

ROOT = Path(__file__).parents[3]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FILES = [
    *WORKFLOWS,
    *sorted((ROOT / ".github" / "actions").glob("*/action.yml")),
    *sorted((ROOT / ".github" / "scripts").iterdir()),
]
PIN = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
HOSTED_JOB_MINUTES = 360
"""GitHub ends a job on its own runners after six hours."""
STS_SECONDS = 43_200
"""The longest session of a role: twelve hours."""
OTHER_MINUTES = 20
"""What an apply needs besides the longest change of a table."""
CREDENTIALS = "./.github/actions/environment"


@pytest.fixture(params=WORKFLOWS, ids=[file.stem for file in WORKFLOWS])
def workflow(request: pytest.FixtureRequest) -> dict[Any, Any]:
    """Return each workflow in turn. YAML reads the key ``on`` as true."""
    return load(request.param.stem)


def load(name: str) -> dict[Any, Any]:
    """Return one workflow as YAML."""
    document: dict[Any, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / f"{name}.yml").read_text())
    return document


def used() -> list[str]:
    """Return the values of ``uses:`` in all files, except this repository's own files."""
    found = [line for file in FILES for line in re.findall(r"uses: (.+)", file.read_text())]
    return [line for line in found if not line.startswith("./")]


def options_of(name: str) -> set[str]:
    """Return the options of a command of ``python -m ops``, and of its subcommands."""
    parser = Command("ops", (name,)).parser()
    assert isinstance(parser, click.Command), name
    parsers = [parser, *(parser.commands.values() if isinstance(parser, click.Group) else ())]
    return {option for one in parsers for parameter in one.params for option in parameter.opts}


def test_the_document_lists_the_workflows() -> None:
    text = (ROOT / "docs" / "terraform.md").read_text(encoding="utf-8")
    table = text[text.index("| workflow |") :].partition("\n\n")[0]
    listed = [name for row in table.splitlines() for name in re.findall(r"`([a-z -]+)`", row.split("|")[1])]

    assert set(listed) == {load(file.stem)["name"] for file in WORKFLOWS} - {"release"}


def test_actions_are_pinned_to_commits_with_their_version() -> None:
    assert used()
    assert [line for line in used() if not PIN.fullmatch(line)] == []


def test_an_action_has_the_same_version_everywhere() -> None:
    versions: dict[str, set[str]] = {}
    for line in used():
        name, version = line.split("@", 1)
        versions.setdefault(name, set()).add(version)

    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_only_jobs_have_permissions(workflow: dict[Any, Any]) -> None:
    assert workflow["permissions"] == {}
    assert all("permissions" in job for job in workflow["jobs"].values())


def test_every_permission_has_a_reason() -> None:
    rights = [
        line.strip()
        for file in WORKFLOWS
        for line in re.findall(
            r"^ {6}(?:actions|contents|id-token|issues|pull-requests): .*$", file.read_text(), re.MULTILINE
        )
    ]

    assert rights
    assert [line for line in rights if not re.search(r": (?:read|write) # \w+ \w+", line)] == []


def test_every_job_has_a_timeout(workflow: dict[Any, Any]) -> None:
    jobs = [job for job in workflow["jobs"].values() if "runs-on" in job]

    assert all(1 <= job["timeout-minutes"] <= HOSTED_JOB_MINUTES for job in jobs)


def test_a_session_lasts_longer_than_its_job(workflow: dict[Any, Any]) -> None:
    action = yaml.safe_load((ROOT / ".github/actions/environment/action.yml").read_text())
    default = action["inputs"]["session-seconds"]["default"]
    (credentials,) = [step for step in action["runs"]["steps"] if "configure-aws-credentials" in step.get("uses", "")]
    assert credentials["with"]["role-duration-seconds"] == "${{ inputs.session-seconds }}"

    for name, job in workflow["jobs"].items():
        for step in job.get("steps", []):
            if step.get("uses") != CREDENTIALS:
                continue
            seconds = int(step["with"].get("session-seconds", default))
            role = "apply" if "APPLY" in step["with"]["role"] else "plan"
            assert job["timeout-minutes"] * 60 <= seconds <= maximum_session(role) <= STS_SECONDS, name


def maximum_session(role: str) -> int:
    """Return the maximum session duration of a role for GitHub in seconds."""
    module = (ROOT / "modules" / "github-oidc" / "main.tf").read_text()
    block = module[module.index(f'resource "aws_iam_role" "{role}"') :]
    found = re.search(r"max_session_duration = (\d+)", block)
    assert found is not None
    return int(found[1])


def test_only_jobs_that_assume_a_role_get_a_token(workflow: dict[Any, Any]) -> None:
    for name, job in workflow["jobs"].items():
        assumes = any(step.get("uses") == CREDENTIALS for step in job.get("steps", []))
        assert (job["permissions"].get("id-token") == "write") == assumes, name


def test_ci_runs_all_steps_of_make_pr() -> None:
    needs = re.search(r"^pr: ([a-z ]+?) ##", (ROOT / "Makefile").read_text(), re.MULTILINE)
    jobs = load("ci")["jobs"]
    commands = [step.get("run") for job in ("check", "test", "audit") for step in jobs[job]["steps"]]

    assert needs is not None
    assert sorted(f"make {target}" for target in needs[1].split()) == sorted(one for one in commands if one)


def test_ci_runs_all_parts_of_the_tests() -> None:
    job = load("ci")["jobs"]["test"]
    parts = job["strategy"]["matrix"]["part"]

    assert job["steps"][-1] == {"run": "make test", "env": {"PART": "${{ matrix.part }}"}}
    assert parts == [f"{number}/{len(parts)}" for number in range(1, len(parts) + 1)]


def test_jobs_that_run_code_of_pull_requests_have_no_credentials() -> None:
    for name in ("ci", "release"):
        for job in load(name)["jobs"].values():
            assert job["permissions"] in ({"contents": "read"}, {})
            assert "secrets." not in yaml.safe_dump(job)


def test_forks_are_never_planned() -> None:
    jobs = load("plan")["jobs"]

    assert "github.event.pull_request.head.repo.full_name == github.repository" in jobs["release"]["if"]
    assert jobs["environment"]["needs"] == "release"
    assert "always" not in jobs["environment"]["if"]
    assert not [name for name, job in jobs.items() if "id-token" in job["permissions"] and name != "environment"]
    assert all("pull_request_target" not in load(file.stem)[True] for file in WORKFLOWS)


def required_checks() -> list[str]:
    """Return the required checks that docs/terraform.md names."""
    text = (ROOT / "docs" / "terraform.md").read_text(encoding="utf-8")
    (sentence,) = re.findall(r"the status checks ([^.;]+)[.;]", text)
    return re.findall(r"`([\w-]+)`", sentence)


@pytest.mark.parametrize("check", required_checks())
def test_a_required_check_reports_on_every_pull_request(check: str) -> None:
    workflow = load(check)
    (job,) = [job for job in workflow["jobs"].values() if job.get("name") == check]

    assert workflow[True]["pull_request"] is None  # no filter of branches, paths or types
    assert job["if"] == "always()"
    assert "strategy" not in job
    assert job["permissions"] == {}
    others = {name for name, other in workflow["jobs"].items() if other is not job}
    assert others - set(job["needs"]) <= {"comment"}


def test_the_required_checks_are_documented() -> None:
    assert required_checks() == ["ci", "plan"]


def test_workflows_read_the_environments_from_their_files() -> None:
    names = {environment.name for environment in PromotionOrder.load().steps.values()}
    for file in FILES:
        found = re.findall(rf"\b(?:{'|'.join(sorted(names))})\b", file.read_text().replace("/dev/null", ""))
        assert found == [], file.name
    for name, job in (("plan", "environment"), ("drift", "check")):
        matrix = load(name)["jobs"][job]["strategy"]["matrix"]
        assert matrix == {"environment": "${{ fromJSON(needs.release.outputs.environments) }}"}


def test_workflows_run_for_the_default_branch_whatever_its_name_is() -> None:
    # The name alone could be that of a tag.
    on_default_branch = "github.ref == format('refs/heads/{0}', github.event.repository.default_branch)"
    for name in ("deploy", "deploy-environment", "rollback", "recover", "destroy"):
        jobs = load(name)["jobs"]
        first = [job for job in jobs.values() if "needs" not in job]
        assert all(job["if"] == on_default_branch for job in first), name
    assert load("drift")["jobs"]["release"]["if"] == f"github.event_name == 'schedule' || {on_default_branch}"
    assert not [file.name for file in FILES if re.search(r"refs/heads/main|\[main\]|== 'main'", file.read_text())]


@pytest.mark.parametrize("name", ["deploy-environment", "rollback", "recover", "destroy"])
def test_a_job_with_the_apply_role_waits_for_its_environment(name: str) -> None:
    protected = 0
    for job in load(name)["jobs"].values():
        roles = [step["with"]["role"] for step in job.get("steps", []) if step.get("uses") == CREDENTIALS]
        applies = "${{ vars.AWS_APPLY_ROLE }}" in roles
        assert job.get("environment") == ("${{ inputs.environment }}" if applies else None)
        protected += applies
    assert protected == 1


def test_deployments_wait_in_a_queue_and_are_never_cancelled() -> None:
    workflow = load("deploy-environment")

    assert workflow["concurrency"] == {
        "group": "deploy-${{ inputs.environment }}",
        "cancel-in-progress": False,
        "queue": "max",
    }
    # A job in a group would wait for a job that waits for an approval, and be cancelled by the next one.
    for name in ("deploy", "deploy-environment", "drift", "rollback", "recover", "destroy"):
        assert not [job for job in load(name)["jobs"].values() if "concurrency" in job], name
    assert not [name for name in ("deploy", "rollback", "recover", "destroy") if "concurrency" in load(name)]


def test_queues_have_values_that_github_knows(workflow: dict[Any, Any]) -> None:
    groups = [workflow.get("concurrency", {}), *(job.get("concurrency", {}) for job in workflow["jobs"].values())]

    assert all(group.get("queue", "single") in {"single", "max"} for group in groups)


def test_the_secret_of_an_environment_reaches_every_job_that_runs_terraform(workflow: dict[Any, Any]) -> None:
    for name, job in workflow["jobs"].items():
        environment = "matrix.environment" if "strategy" in job else "inputs.environment"
        for step in job.get("steps", []):
            if step.get("uses") == CREDENTIALS:
                expected = f"${{{{ secrets[format('OIDC_CLIENT_SECRET_{{0}}', {environment})] }}}}"
                assert step["with"]["oidc-client-secret"] == expected, name


def test_no_job_reads_another_secret() -> None:
    text = "\n".join(file.read_text() for file in FILES)

    assert set(re.findall(r"secrets[.\[][^]\s]*", text)) == {"secrets[format('OIDC_CLIENT_SECRET_{0}',"}
    assert "secrets: inherit" not in text


def test_an_apply_may_wait_for_the_index_of_a_table() -> None:
    minutes = {
        f"{file.stem}/{name}": job["timeout-minutes"]
        for file in WORKFLOWS
        for name, job in load(file.stem)["jobs"].items()
        if "session-seconds" in str(job.get("steps"))
    }

    assert set(minutes) == {"deploy-environment/apply", "rollback/apply", "destroy/destroy"}
    assert {name for name, job in minutes.items() if job < UPDATE_MINUTES + OTHER_MINUTES} == set()


@pytest.mark.parametrize(
    ("name", "job", "command"),
    [("deploy-environment", "apply", "promote"), ("rollback", "apply", "rollback"), ("destroy", "destroy", "destroy")],
)
def test_an_apply_uses_the_reviewed_plan(name: str, job: str, command: str) -> None:
    jobs = load(name)["jobs"]
    steps = {job: {step.get("name"): step for step in jobs[job]["steps"]} for job in ("plan", job)}
    commands = "\n".join(step.get("run", "") for step in jobs[job]["steps"])

    assert jobs["plan"]["outputs"]["digest"] == "${{ steps.keep.outputs.digest }}"
    assert steps[job]["Fetch the reviewed plan"]["env"] == {"DIGEST": "${{ needs.plan.outputs.digest }}"}
    assert '--folder plan --digest "$DIGEST"' in commands
    assert f"ops {command} " in commands
    assert "--plan plan/plan.tfplan --record plan/record.json" in commands
    assert "ops plan " not in commands
    assert "terraform apply" not in commands
    (kept,) = [step["run"] for step in steps["plan"].values() if step.get("id") == "keep"]
    assert 'ops plan-store put --environment "$ENVIRONMENT" --folder plan ' in kept


def test_plans_are_not_uploaded_as_artifacts() -> None:
    for name in ("plan", "deploy-environment", "rollback", "recover", "destroy"):
        for job in load(name)["jobs"].values():
            paths = [step["with"]["path"] for step in job.get("steps", []) if "upload-artifact" in step.get("uses", "")]
            assert not [path for path in paths if "plan" in path]
            assert not [path for path in paths if path.endswith(".json") and not path.endswith("deployment.json")]


def test_expressions_are_never_interpolated_into_a_shell(workflow: dict[Any, Any]) -> None:
    for job in workflow["jobs"].values():
        assert not [step["run"] for step in job.get("steps", []) if "${{" in step.get("run", "")]


def test_commands_in_workflows_exist_with_their_options() -> None:
    text = "\n".join(file.read_text() for file in WORKFLOWS).replace("\\\n", " ")
    commands = re.findall(r"python -m ops ([\w-]+)(.*)", text)

    assert {name for name, _ in commands} == {
        *(
            "destroy",
            "drift",
            "environments",
            "history",
            "plan",
            "plan-store",
            "policy",
            "promote",
            "recover",
            "review",
        ),
        *("rollback", "smoke"),
    }
    assert "python -m ops." not in text
    for name, arguments in commands:
        assert set(re.findall(r"(?<=\s)--[a-z-]+", arguments)) <= options_of(name), name
    for name, options in {"review": {"--plan-json", "--approvals"}, "promote": {"--from", "--source-record"}}.items():
        assert options <= options_of(name)
        assert all(option in text for option in options)


def test_owners_are_an_example_until_they_are_chosen() -> None:
    lines = (ROOT / ".github" / "CODEOWNERS").read_text(encoding="utf-8").splitlines()
    rules = {line.split()[1] for line in lines if "@" in line}

    assert all(line.startswith("#") for line in lines)
    assert rules == {"/approvals/", "/environments/", "/modules/", "/ops/", "/.github/"}
    assert all((ROOT / rule.strip("/")).is_dir() for rule in rules - {"/approvals/"})
