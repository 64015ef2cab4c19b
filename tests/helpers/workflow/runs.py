"""Runs of workflows: their jobs in order, with conditions, matrices and called workflows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from tests.helpers.workflow.expressions import Evaluator
from tests.helpers.workflow.github import BRANCH, REPOSITORY, GitHub
from tests.helpers.workflow.jobs import Job, JobResult

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass
class Run:
    """A run of a workflow.

    Attributes:
        github: GitHub.
        file: the name of the workflow's file.
        event: the event that started it, for example ``workflow_dispatch``.
        inputs: the inputs of the workflow.
        payload: properties of the event besides the repository.
        actor: who caused the event.
        jobs: the results by job; a job of a matrix or of a called workflow has ``job/value`` or ``job/job``, too.
    """

    github: GitHub
    file: str
    event: str = "workflow_dispatch"
    inputs: Mapping[str, Any] = field(default_factory=dict)
    payload: Mapping[str, Any] = field(default_factory=dict)
    actor: str = "octocat"
    jobs: dict[str, JobResult] = field(default_factory=dict)
    id: int = 0

    def execute(self) -> Run:
        """Run all jobs, and return this run."""
        workflow = self._load(self.file)
        title = Evaluator({"inputs": self.inputs}).render(workflow.get("run-name", workflow["name"]))
        entry = self.github.add_run(self.file, self.event, title)
        self.id = entry["id"]
        self._run_jobs(workflow, dict(self.inputs), "")
        entry["status"] = "completed"
        entry["conclusion"] = "failure" if "failure" in self.results.values() else "success"
        self.github.write_runs()
        return self

    @property
    def summary(self) -> str:
        """Return the summaries of all jobs."""
        return "\n".join(result.summary for result in self.jobs.values())

    @property
    def failed(self) -> str:
        """Return the logs of the failed jobs."""
        return "\n".join(f"{name}: {job.log}" for name, job in self.jobs.items() if job.result == "failure")

    @property
    def results(self) -> dict[str, str]:
        """Return the result of each job of the workflow itself."""
        return {name: job.result for name, job in self.jobs.items() if "/" not in name}

    def _load(self, file: str) -> dict[Any, Any]:
        text = (self.github.origin / ".github" / "workflows" / file).read_text(encoding="utf-8")
        document: dict[Any, Any] = yaml.safe_load(text)
        return document

    def _contexts(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        event = {"repository": {"default_branch": BRANCH}, **self.payload}
        github: dict[str, Any] = {"event_name": self.event, "event": event, "actor": self.actor}
        github |= {"repository": REPOSITORY, "token": "a-token", "sha": self.github.git("rev-parse", "HEAD")}
        github |= {"ref_name": BRANCH, "ref": f"refs/heads/{BRANCH}", "run_id": self.id, "run_attempt": 1}
        return {"github": github, "inputs": inputs, "vars": self.github.variables, "secrets": self.github.secrets}

    def _run_jobs(
        self, workflow: dict[Any, Any], inputs: dict[str, Any], prefix: str, caller: str = ""
    ) -> dict[str, JobResult]:
        done: dict[str, JobResult] = {}
        waiting = dict(workflow["jobs"])
        while waiting:
            name = next(one for one, job in waiting.items() if not _needs(job) - done.keys())
            job = waiting.pop(name)
            needs = {need: done[need] for need in _needs(job)}
            contexts = self._contexts(inputs) | {"needs": {key: one.context for key, one in needs.items()}}
            ancestors = _ancestors(name, workflow["jobs"])
            evaluator = Evaluator(contexts, succeeded=all(done[one].result == "success" for one in ancestors))
            done[name] = (
                self._run_job(f"{prefix}{name}", job, contexts, f"{caller}{job.get('name', name)}")
                if evaluator.is_met(job.get("if"))
                else JobResult("skipped")
            )
            self.jobs[f"{prefix}{name}"] = done[name]
        return done

    def _run_job(self, name: str, job: dict[str, Any], contexts: dict[str, Any], title: str) -> JobResult:
        if "uses" in job:
            given = Evaluator(contexts).render(job.get("with", {}))
            return self._call(name, job["uses"].rpartition("/")[2], given, title)
        matrix = Evaluator(contexts).render(job.get("strategy", {}).get("matrix", {}))
        if not matrix:
            return self._run_one(job, contexts, title)
        ((key, values),) = matrix.items()
        results = {value: self._run_one(job, {**contexts, "matrix": {key: value}}, title) for value in values}
        self.jobs |= {f"{name}/{value}": result for value, result in results.items()}
        return JobResult("success" if all(one.result == "success" for one in results.values()) else "failure")

    def _run_one(self, job: dict[str, Any], contexts: dict[str, Any], title: str) -> JobResult:
        result = Job(self.github, self.id, job, contexts).run()
        self.github.add_job(self.id, Evaluator(contexts).render(title), result.result)
        return result

    def _call(self, name: str, file: str, given: dict[str, Any], title: str) -> JobResult:
        called = self._load(file)
        declared = called[True]["workflow_call"] or {}
        inputs = {key: given.get(key, one.get("default")) for key, one in declared.get("inputs", {}).items()}
        assert given.keys() <= inputs.keys(), file
        results = self._run_jobs(called, inputs, f"{name}/", f"{title} / ")
        evaluator = Evaluator({"jobs": {key: one.context for key, one in results.items()}})
        outputs = {key: evaluator.render(one["value"]) for key, one in declared.get("outputs", {}).items()}
        good = all(one.result in {"success", "skipped"} for one in results.values())
        return JobResult("success" if good else "failure", outputs)


def _needs(job: dict[str, Any]) -> set[str]:
    needs = job.get("needs", [])
    return {needs} if isinstance(needs, str) else set(needs)


def _ancestors(name: str, jobs: dict[str, Any]) -> set[str]:
    """Return all jobs before a job: if one of them was skipped or failed, the job is skipped."""
    direct = _needs(jobs[name])
    return direct | {further for one in direct for further in _ancestors(one, jobs)}
