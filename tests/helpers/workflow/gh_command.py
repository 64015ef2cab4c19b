"""The command ``gh`` of a workflow's job, with GitHub replaced by the files in ``GITHUB_IN_FILES``."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

FOLDER = Path(os.environ["GITHUB_IN_FILES"])


def main(arguments: list[str]) -> None:
    """Run the calls that the workflows make; others are errors."""
    assert os.environ.get("GH_TOKEN"), "gh needs GH_TOKEN"
    if arguments[:1] == ["api"]:
        (path,) = [argument for argument in arguments[1:] if argument != "--paginate"]
        print(json.dumps(read(path)))
    elif arguments[:2] == ["workflow", "run"]:
        dispatch(arguments[2], arguments[3:])
    else:
        sys.exit(f"gh {arguments} is not known")


def read(path: str) -> object:
    """Return the response of GitHub's REST API."""
    needs("actions", {"read", "write"})
    address = urlsplit(path)
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    (place,) = re.findall(r"^repos/acme/chat/actions/(.+)", address.path)
    runs = json.loads((FOLDER / "runs.json").read_text(encoding="utf-8"))
    if place == "runs" or re.fullmatch(r"workflows/[\w.-]+/runs", place):
        file = place.removeprefix("workflows").removesuffix("runs").rstrip("/")
        chosen = [run for run in runs if run["status"] == query["status"] and run["path"].endswith(file)]
        return {"workflow_runs": sorted(chosen, key=lambda run: -run["id"])}
    _, number, *part = place.split("/")
    (run,) = [run for run in runs if run["id"] == int(number)]
    if part == ["jobs"]:
        assert query["filter"] == "all", "GitHub returns only the jobs of the last attempt"
        return {"jobs": json.loads((FOLDER / "jobs.json").read_text(encoding="utf-8"))[number]}
    if part == ["artifacts"]:
        exists = (FOLDER / "artifacts" / number / query["name"]).is_dir()
        return {"artifacts": [{"name": query["name"], "expired": False}] if exists else []}
    assert not part, path
    return run


def dispatch(workflow: str, arguments: list[str]) -> None:
    """Record the start of a workflow."""
    needs("actions", {"write"})
    assert os.environ.get("GH_REPO") == "acme/chat", "a job without a checkout needs GH_REPO"
    assert arguments[:2] == ["--ref", "main"], arguments
    assert arguments[2::2] == ["--raw-field"] * len(arguments[2::2]), arguments
    inputs = dict(one.split("=", 1) for one in arguments[3::2])
    with (FOLDER / "dispatched.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"workflow": workflow, "inputs": inputs}) + "\n")


def needs(permission: str, levels: set[str]) -> None:
    """Fail as GitHub does if the job's token lacks a permission."""
    permissions = json.loads(os.environ["JOB_PERMISSIONS"])
    if permissions.get(permission) not in levels:
        sys.exit(f"HTTP 403: the job needs the permission {permission}: {' or '.join(sorted(levels))}")


if __name__ == "__main__":
    main(sys.argv[1:])
