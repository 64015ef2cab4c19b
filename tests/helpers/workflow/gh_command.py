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
        print(json.dumps(read(arguments[1])))
    elif arguments[:2] == ["workflow", "run"]:
        dispatch(arguments[2], arguments[3:])
    else:
        sys.exit(f"gh {arguments} is not known")


def read(path: str) -> object:
    """Return the response of GitHub's REST API."""
    needs("actions", {"read", "write"})
    runs = json.loads((FOLDER / "runs.json").read_text(encoding="utf-8"))
    address = urlsplit(path)
    if one := re.fullmatch(r"repos/acme/chat/actions/runs/(\d+)", address.path):
        return next(run for run in runs if run["id"] == int(one[1]))
    listed = re.fullmatch(r"repos/acme/chat/actions/workflows/([\w.-]+)/runs", address.path)
    assert listed, path
    (status,) = parse_qs(address.query)["status"]
    chosen = [run for run in runs if run["status"] == status and run["path"].endswith(f"/{listed[1]}")]
    return {"workflow_runs": sorted(chosen, key=lambda run: -run["id"])}


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
