"""A job of a workflow: its steps in a folder of its own, as on a new runner."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tests.helpers.backend import ROOT
from tests.helpers.workflow.expressions import Evaluator, to_text
from tests.helpers.workflow.github import BRANCH, REPOSITORY

if TYPE_CHECKING:
    from tests.helpers.workflow.github import GitHub

_SECONDS = 1500
_DELIMITED = re.compile(r"([\w-]+)<<(.+)\n((?:.*\n)*?)\2\n")


@dataclass
class JobResult:
    """The end of a job.

    Attributes:
        result: ``success``, ``failure`` or ``skipped``.
        outputs: its outputs.
        log: the output of its steps.
        summary: its summary, in Markdown.
        role: the role that it assumed.
        workspace: its folder.
    """

    result: str
    outputs: dict[str, Any] = field(default_factory=dict)
    log: str = ""
    summary: str = ""
    role: str | None = None
    workspace: Path = Path()

    @property
    def context(self) -> dict[str, Any]:
        """Return what other jobs see."""
        return {"result": self.result, "outputs": self.outputs}


class Job:
    """A job, which runs once."""

    def __init__(self, github: GitHub, run: int, job: dict[str, Any], contexts: dict[str, Any]) -> None:
        """Prepare the folder and the environment of a job.

        Args:
            github: GitHub.
            run: the id of the run.
            job: the job of the workflow's file.
            contexts: the values that expressions can use.
        """
        self._github, self._run, self._job = github, run, job
        self._folder = Path(tempfile.mkdtemp(dir=github.folder))
        self._workspace = self._folder / "workspace"
        self._workspace.mkdir()
        self._outputs: dict[str, Any] = {}
        self._contexts = {**contexts, "steps": self._outputs}
        if "environment" in job:
            name = Evaluator(contexts).render(job["environment"])
            self._contexts["vars"] = {**contexts["vars"], **github.environments[name]}
        self._result = JobResult("success", workspace=self._workspace)
        self._variables = self._base() | self._texts(job.get("env", {}), self._contexts)

    def run(self) -> JobResult:
        """Run the steps and return the result."""
        self._run_steps(self._job["steps"], self._contexts, self._outputs)
        summary = self._folder / "summary"
        self._result.summary = summary.read_text(encoding="utf-8") if summary.exists() else ""
        self._result.outputs = Evaluator(self._contexts).render(self._job.get("outputs", {}))
        return self._result

    def _base(self) -> dict[str, str]:
        sha = self._contexts["github"]["sha"]
        own = {"CI": "true", "GITHUB_REPOSITORY": REPOSITORY, "GITHUB_REF_NAME": BRANCH, "GITHUB_SHA": sha}
        own |= {"GITHUB_RUN_ID": str(self._run), "GITHUB_RUN_ATTEMPT": "1"}
        own |= {"GITHUB_STEP_SUMMARY": str(self._folder / "summary"), "GITHUB_ENV": str(self._folder / "env")}
        own |= {"GITHUB_IN_FILES": str(self._github.folder), "JOB_PERMISSIONS": json.dumps(self._job["permissions"])}
        own["FAILING_TARGETS"] = " ".join(self._github.failing)
        path = f"{self._github.folder / 'bin'}{os.pathsep}{self._github.machine['PATH']}"
        return {**self._github.machine, **own, "PATH": path}

    @staticmethod
    def _texts(values: dict[str, Any], contexts: dict[str, Any]) -> dict[str, str]:
        return {name: to_text(value) for name, value in Evaluator(contexts).render(values).items()}

    def _run_steps(self, steps: list[dict[str, Any]], contexts: dict[str, Any], outputs: dict[str, Any]) -> None:
        for step in steps:
            left_out = step.get("name") in self._github.left_out
            if left_out or not Evaluator(contexts, succeeded=self._result.result == "success").is_met(step.get("if")):
                continue
            try:
                outputs[step.get("id", "")] = {"outputs": self._run_step(step, contexts)}
            except (AssertionError, OSError, subprocess.SubprocessError) as error:
                self._result.result = "failure"
                self._result.log += f"\n{step.get('name', step.get('uses', step.get('run')))}: {error}\n"

    def _run_step(self, step: dict[str, Any], contexts: dict[str, Any]) -> dict[str, str]:
        if "run" in step:
            return self._run_script(step, contexts)
        given = self._texts(step.get("with", {}), contexts)
        if step["uses"].startswith("./"):
            self._run_own_action(step["uses"], given)
            return {}
        action = step["uses"].partition("@")[0].rpartition("/")[2]
        if action == "checkout":
            self._check_out(given)
        elif action == "configure-aws-credentials":
            assert self._job["permissions"].get("id-token") == "write"
            self._result.role = given["role-to-assume"]
            assert self._result.role, "no role"
            (stack,) = self._workspace.glob(f"cdktf.out/stacks/chat-{self._variables['ENVIRONMENT']}")
            self._variables |= {**self._github.credentials, "AWS_REGION": given["aws-region"]}
            self._variables |= self._github.connection(stack)
        elif action == "upload-artifact":
            self._upload(given)
        elif action == "download-artifact":
            self._download(given)
        else:
            assert action in {"setup-python", "setup-node", "setup-terraform", "github-script"}, action
        return {}

    def _run_script(self, step: dict[str, Any], contexts: dict[str, Any]) -> dict[str, str]:
        output = self._folder / "output"
        output.write_text("", encoding="utf-8")
        options = ["--noprofile", "--norc", "-eo", "pipefail"] if step.get("shell") == "bash" else ["-e"]
        done = subprocess.run(
            ["bash", *options, "-c", step["run"]],
            cwd=self._workspace,
            env={**self._variables, **self._texts(step.get("env", {}), contexts), "GITHUB_OUTPUT": str(output)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        self._result.log += done.stdout + done.stderr
        self._variables |= self._provided()
        assert done.returncode == 0, f"exit code {done.returncode}"
        return dict(line.split("=", 1) for line in output.read_text(encoding="utf-8").splitlines())

    def _provided(self) -> dict[str, str]:
        """Return the variables that steps have written for the steps after them."""
        file = self._folder / "env"
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        return {name: value.removesuffix("\n") for name, _, value in _DELIMITED.findall(text)}

    def _run_own_action(self, path: str, given: dict[str, str]) -> None:
        action = yaml.safe_load((self._workspace / path / "action.yml").read_text(encoding="utf-8"))
        assert given.keys() <= action["inputs"].keys()
        inputs = {name: given.get(name, one.get("default", "")) for name, one in action["inputs"].items()}
        outputs: dict[str, Any] = {}
        contexts = {"github": self._contexts["github"], "inputs": inputs, "steps": outputs}
        self._run_steps(action["runs"]["steps"], contexts, outputs)
        assert self._result.result == "success", path

    def _check_out(self, given: dict[str, str]) -> None:
        assert self._job["permissions"].get("contents") == "read"
        depth = [] if given.get("fetch-depth") == "0" else ["--depth", "1"]
        subprocess.run(
            ["git", "clone", "--quiet", *depth, self._github.origin.as_uri(), str(self._workspace)], check=True
        )
        if ref := given.get("ref"):
            subprocess.run(["git", "checkout", "--quiet", ref], cwd=self._workspace, check=True)
        for name in (".venv", "node_modules"):
            (self._workspace / name).symlink_to(ROOT / name)

    def _upload(self, given: dict[str, str]) -> None:
        file = self._workspace / given["path"]
        assert file.is_file() or given.get("if-no-files-found") == "ignore", file
        if file.is_file():
            self._github.upload(self._run, given["name"], file)

    def _download(self, given: dict[str, str]) -> None:
        run = int(given.get("run-id", self._run))
        if run != self._run:
            assert given.get("github-token")
            assert self._job["permissions"].get("actions") == "read"
        target = self._workspace / given.get("path", ".")
        assert "name" in given or given["merge-multiple"] == "true"
        for artifact in self._github.artifact(run, "").iterdir():
            if fnmatch.fnmatch(artifact.name, given.get("name") or given["pattern"]):
                shutil.copytree(artifact, target, dirs_exist_ok=True)
