"""The command ``make`` of a workflow's job: the tools are those of this machine, and the stacks are reduced."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CHECKS = ("lint", "policy", "test", "audit", "modules")
"""Targets of the workflow ci, which the tests themselves are part of."""
sys.path.insert(0, str(ROOT))

from tests.helpers.reduction import reduce  # noqa: E402 - needs the path


def main(target: str) -> None:
    """Make a target of the Makefile."""
    assert "AWS_ACCESS_KEY_ID" not in os.environ, f"{target} runs before there are credentials"
    if target in os.environ["FAILING_TARGETS"].split():
        sys.exit(f"make: *** [Makefile: {target}] Error 1")
    if target == "synth":
        kept = Path(os.environ["GITHUB_IN_FILES"]) / "synthesized" / git("rev-parse", "HEAD")
        if not kept.exists():
            synthesize(kept)
        shutil.copytree(kept, "cdktf.out")
    else:
        assert target in {".venv/.runtime", ".tools/checkov/.ready", *CHECKS}, target


def synthesize(kept: Path) -> None:
    """Synthesize the checkout with its own environments, and reduce every stack to the resources that a test names."""
    subprocess.run([sys.executable, "main.py"], check=True, stdout=subprocess.DEVNULL)
    for file in Path("cdktf.out/stacks").glob("chat-*/cdk.tf.json"):
        resources = json.loads(file.read_text(encoding="utf-8"))["resource"]
        known = {f"{kind}.{name}" for kind, named in resources.items() for name in named}
        reduce(file, known & set(os.environ["KEPT_RESOURCES"].split()))
    shutil.move("cdktf.out", kept)


def git(*arguments: str) -> str:
    """Return the output of a Git command."""
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    main(sys.argv[1])
