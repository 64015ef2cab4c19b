"""Tests of workflow rules that neither actionlint nor zizmor checks: permissions have reasons, forks have no access."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from tests.helpers.commands import Command

ROOT = Path(__file__).parents[3]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FILES = [*WORKFLOWS, *sorted((ROOT / ".github" / "actions").glob("*/action.yml"))]
PIN = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
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


def test_the_workflows_are_those_of_the_design() -> None:
    assert {"ci", "plan", "deploy", "drift"} <= {file.stem for file in WORKFLOWS}


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
        for line in re.findall(r"^ {6}(?:contents|id-token|issues|pull-requests): .*$", file.read_text(), re.MULTILINE)
    ]

    assert rights
    assert [line for line in rights if not re.search(r": (?:read|write) # \w+ \w+", line)] == []


def test_every_job_has_a_timeout(workflow: dict[Any, Any]) -> None:
    jobs = [job for job in workflow["jobs"].values() if "runs-on" in job]

    assert all(1 <= job["timeout-minutes"] <= 90 for job in jobs)


def test_only_jobs_that_assume_a_role_get_a_token(workflow: dict[Any, Any]) -> None:
    for name, job in workflow["jobs"].items():
        assumes = any(step.get("uses") == CREDENTIALS for step in job.get("steps", []))
        calls = job.get("uses") == "./.github/workflows/deploy-environment.yml"
        assert (job["permissions"].get("id-token") == "write") == (assumes or calls), name


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
            assert job["permissions"] == {"contents": "read"}
            assert "secrets." not in yaml.safe_dump(job)


def test_forks_are_never_planned() -> None:
    jobs = load("plan")["jobs"]

    assert "github.event.pull_request.head.repo.full_name == github.repository" in jobs["release"]["if"]
    assert jobs["plan"]["needs"] == "release"
    assert "pull_request_target" not in load("plan")[True]


def test_environments_are_deployed_in_sequence() -> None:
    jobs = load("deploy")["jobs"]
    steps = {name: job["with"] for name, job in jobs.items() if "with" in job}

    assert {name: step.get("source") for name, step in steps.items()} == {
        "dev": None,
        "staging": "dev",
        "prod": "staging",
    }
    assert all(step["environment"] == name for name, step in steps.items())
    assert len({step["digest"] for step in steps.values()}) == 1
    assert set(jobs["dev"]["needs"]) == {"check", "release"}
    assert "dev" in jobs["staging"]["needs"]
    assert "staging" in jobs["prod"]["needs"]


def test_an_apply_waits_for_its_environment_and_runs_alone() -> None:
    jobs = load("deploy-environment")["jobs"]

    assert jobs["apply"]["environment"] == "${{ inputs.environment }}"
    assert jobs["apply"]["concurrency"] == {"group": "terraform-${{ inputs.environment }}", "cancel-in-progress": False}
    assert "environment" not in jobs["plan"]


def test_an_apply_uses_the_reviewed_plan() -> None:
    apply = load("deploy-environment")["jobs"]["apply"]
    commands = "\n".join(step.get("run", "") for step in apply["steps"])

    assert '--digest "$DIGEST"' in commands
    assert "ops promote" in commands
    assert "ops plan " not in commands
    assert "terraform apply" not in commands


def test_plans_are_not_uploaded_as_artifacts() -> None:
    for name in ("plan", "deploy-environment"):
        for job in load(name)["jobs"].values():
            paths = [step["with"]["path"] for step in job.get("steps", []) if "upload-artifact" in step.get("uses", "")]
            assert not [path for path in paths if "plan" in path]
            assert not [path for path in paths if path.endswith(".json") and path != "deployment.json"]


def test_every_environment_is_planned_and_checked_for_drift() -> None:
    expected = [name for name, job in load("deploy")["jobs"].items() if "with" in job]

    for workflow_name, job_name in (("plan", "plan"), ("drift", "check")):
        assert load(workflow_name)["jobs"][job_name]["strategy"]["matrix"]["environment"] == expected


def test_expressions_are_never_interpolated_into_a_shell(workflow: dict[Any, Any]) -> None:
    for job in workflow["jobs"].values():
        assert not [step["run"] for step in job.get("steps", []) if "${{" in step.get("run", "")]


def test_commands_in_workflows_exist_with_their_options() -> None:
    text = "\n".join(file.read_text() for file in WORKFLOWS).replace("\\\n", " ")
    commands = re.findall(r"python -m ops ([\w-]+)(.*)", text)

    assert {name for name, _ in commands} == {"plan", "plan-store", "policy", "review", "promote", "drift", "smoke"}
    assert "python -m ops." not in text
    for name, arguments in commands:
        assert set(re.findall(r"(?<=\s)--[a-z-]+", arguments)) <= options_of(name), name
    for name, options in {"review": {"--plan-json", "--approvals"}, "promote": {"--from", "--source-record"}}.items():
        assert options <= options_of(name)
        assert all(option in text for option in options)
