"""Tests of the step that looks for drift: what an apply is changing at that time is not reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.helpers.workflow.repository import Repository, make_repository
from tests.unit.workflows.test_workflows import load

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

DRIFT, ERROR = 2, 3
RUNNING = {
    "deploy-environment.yml": "Deploy qa with the release of run 1",
    "rollback.yml": "Roll back qa 20300101T000000Z-000001-abc",
    "recover.yml": "Recover qa",
    "destroy.yml": "Destroy qa",
}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Return a repository without runs in progress, in which `sleep` ends after noting its argument."""
    made = make_repository(tmp_path)
    for run in made.github.runs:
        run["status"] = "completed"
    install(made.github.folder / "bin" / "sleep", 'echo "$1" >> ../slept.txt')
    return made


def install(file: Path, script: str) -> None:
    """Write a command."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


def check(repository: Repository, *codes: int) -> tuple[subprocess.CompletedProcess[str], str, int]:
    """Run the step; the comparisons end with these exit codes.

    Returns:
        The process, the outputs of the step, and the number of comparisons.
    """
    (step,) = [step for step in load("drift")["jobs"]["check"]["steps"] if step.get("id") == "compare"]
    assert step["shell"] == "bash"
    python = repository.checkout / ".venv" / "bin" / "python"
    install(python, 'echo "{}"; echo x >> ../compared.txt; exit "$(sed -n "$(wc -l < ../compared.txt)p" ../codes.txt)"')
    folder = repository.checkout.parent
    (folder / "codes.txt").write_text("".join(f"{code}\n" for code in codes), encoding="utf-8")
    (folder / "compared.txt").write_text("", encoding="utf-8")
    done = repository.bash("-eo", "pipefail", "-c", step["run"], variables={"ENVIRONMENT": "qa"})
    output = repository.github.folder / "output"
    count = len((folder / "compared.txt").read_text(encoding="utf-8").splitlines())
    return done, output.read_text(encoding="utf-8") if output.exists() else "", count


def pauses(repository: Repository) -> list[str]:
    """Return the seconds of all pauses."""
    file = repository.checkout.parent / "slept.txt"
    return file.read_text(encoding="utf-8").split() if file.exists() else []


def test_an_environment_without_drift_is_compared_once(repository: Repository) -> None:
    done, output, count = check(repository, 0)

    assert (done.returncode, output, count) == (0, "compared=true\n", 1), done.stderr


def test_drift_is_reported_if_a_second_comparison_finds_it(repository: Repository) -> None:
    done, output, count = check(repository, DRIFT, DRIFT)

    assert (done.returncode, output, count, pauses(repository)) == (0, "compared=true\n", 2, ["0"]), done.stderr


@pytest.mark.parametrize(("file", "title"), RUNNING.items(), ids=RUNNING)
def test_nothing_is_reported_while_a_run_may_be_changing_the_environment(
    repository: Repository, file: str, title: str
) -> None:
    run = repository.github.add_run(file, "workflow_dispatch", title)

    done, output, count = check(repository, DRIFT)

    assert (done.returncode, output, count) == (0, "", 1), done.stderr
    assert f"Not reported: qa is being changed by\n{run['html_url']}" in done.stdout
    assert pauses(repository) == ["0", "600", "600", "600"]


def test_the_comparison_is_repeated_after_the_run(repository: Repository) -> None:
    repository.github.add_run("destroy.yml", "workflow_dispatch", "Destroy qa")
    ended = repository.github.folder / "runs.json"
    install(
        repository.github.folder / "bin" / "sleep",
        f"""echo "$1" >> ../slept.txt; if [ "$1" != 0 ]; then sed -i s/in_progress/completed/ '{ended}'; fi""",
    )

    done, output, count = check(repository, DRIFT, 0)

    assert (done.returncode, output, count, pauses(repository)) == (0, "compared=true\n", 2, ["0", "600"]), done.stderr


@pytest.mark.parametrize(
    ("file", "title"),
    [
        ("deploy-environment.yml", "Deploy qa-2 with the release of run 1"),
        ("rollback.yml", "Roll back dev qa"),
        ("ci.yml", "Deploy qa with the release of run 1"),
    ],
)
def test_other_runs_do_not_prevent_a_report(repository: Repository, file: str, title: str) -> None:
    repository.github.add_run(file, "workflow_dispatch", title)

    assert check(repository, DRIFT, DRIFT)[1] == "compared=true\n"


@pytest.mark.parametrize("codes", [(ERROR,), (DRIFT, ERROR)])
def test_an_error_of_the_comparison_ends_the_step(repository: Repository, codes: tuple[int, ...]) -> None:
    done, output, _ = check(repository, *codes)

    assert (done.returncode, output, done.stdout) == (ERROR, "", "{}\n")


def test_an_error_of_github_ends_the_step(repository: Repository) -> None:
    install(repository.github.folder / "bin" / "gh", "echo 'HTTP 502' >&2; exit 1")

    done, output, _ = check(repository, DRIFT, DRIFT)

    assert (done.returncode, output) == (1, "")
    assert "HTTP 502" in done.stderr
