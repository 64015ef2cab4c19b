"""Tests that CDK Terrain, the successor of the archived cdktf, synthesizes the same Terraform JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from stacks.renamed_import import renamed_import
from tests.helpers.environments import ENVIRONMENTS
from tests.helpers.once import synthesized_by_main
from tests.unit.stacks.conftest import ROOT, run, run_main

if TYPE_CHECKING:
    from pathlib import Path

CDKTN = ROOT / ".tools" / "cdktn"


@pytest.fixture(scope="module")
def cdktn() -> str:
    """Return the Python that has CDK Terrain; the test is skipped if it is not installed."""
    if not (CDKTN / ".ready").exists():
        pytest.skip("CDK Terrain is not installed here: `make cdktn` installs it (300 MB)")
    return str(CDKTN / "bin" / "python")


def documents(output: Path) -> dict[str, Any]:
    """Return every stack's JSON, without the program's name and the provider's source."""
    return {
        file.parent.name: _comparable(json.loads(file.read_text(encoding="utf-8")))
        for file in sorted(output.glob("stacks/*/cdk.tf.json"))
    }


def _comparable(document: dict[str, Any]) -> dict[str, Any]:
    document["//"]["metadata"].pop("version")
    document["terraform"]["required_providers"]["aws"].pop("source")
    return document


def test_both_bindings_write_the_same_terraform(
    cdktn: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    by_fork, by_cdktf = tmp_path / "cdktn.out", synthesized_by_main(tmp_path_factory)
    fork = run(ROOT, [cdktn, "main.py"], CHAT_BINDINGS="cdktn", CDKTF_OUTDIR=str(by_fork))

    assert (fork.returncode, fork.stderr) == (0, "")
    assert {f"chat-{name}" for name in ENVIRONMENTS} < documents(by_cdktf).keys()
    assert documents(by_fork) == documents(by_cdktf)
    versions = {
        json.loads((output / "stacks/chat-dev/cdk.tf.json").read_text())["//"]["metadata"]["version"]
        for output in (by_fork, by_cdktf)
    }
    assert len(versions) == 2, "both runs were made by the same program"


def test_imports_resolve_to_the_fork(cdktn: str, checkout: Path) -> None:
    program = (
        "import stacks.bindings as b; print(*(kind.__module__.split('.')[0] for kind in (b.App, b.DynamodbTable)))"
    )
    done = run(checkout, [cdktn, "-c", program], CHAT_BINDINGS="cdktn")

    assert done.stdout.split() == ["cdktn", "cdktn_provider_aws"], done.stderr


def test_other_bindings_are_refused_by_name(checkout: Path) -> None:
    done = run_main(checkout, CHAT_BINDINGS="pulumi")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == 'CHAT_BINDINGS = "pulumi": must be one of cdktf, cdktn\n'


def test_a_renamed_package_is_imported_with_its_modules() -> None:
    program = (
        "from stacks.renamed_import import renamed_import\n"
        "with renamed_import({'old': 'xml'}):\n"
        "    from old.dom import minidom\n"
        "    import old\n"
        "import xml.dom.minidom\n"
        "assert minidom is xml.dom.minidom and old is xml\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=60)


def test_other_packages_are_not_changed() -> None:
    before = list(sys.meta_path)

    with renamed_import({"old": "xml"}), pytest.raises(ModuleNotFoundError, match="No module named 'older'"):
        __import__("older")

    assert sys.meta_path == before
