"""Tests that the files of the environments define the promotion order, and that nothing else does."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from common.commands import OperationError
from common.environment_files import DIRECTORY_VARIABLE
from common.exit_codes import EXIT_OK, FAILED
from ops.__main__ import main
from ops.order import PromotionOrder
from tests.helpers.environments import FROZEN_ENVIRONMENTS
from tools.checkout import ROOT, tracked

if TYPE_CHECKING:
    from pathlib import Path

NO_RELEASES = "[promotion]\nworkflows = false"
LISTS = re.compile(r"\bdev\b\W{1,8}(?:(?:and|or|then)\W+)?\bstaging\b")
"""Two environments of this repository one after the other, as in lists."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the empty folder of the environments."""
    monkeypatch.setenv(DIRECTORY_VARIABLE, str(tmp_path))
    return tmp_path


def read(folder: Path, **environments: str) -> PromotionOrder:
    """Write a file for each environment and return the order."""
    for name, text in environments.items():
        (folder / f"{name}.toml").write_text(f'environment = "{name}"\n{text}\n', encoding="utf-8")
    return PromotionOrder.load()


def problem(folder: Path, **environments: str) -> str:
    """Return the message for an invalid order."""
    with pytest.raises(OperationError) as raised:
        read(folder, **environments)
    return str(raised.value)


def after(name: str) -> str:
    return f'[promotion]\nafter = "{name}"'


def test_an_environment_comes_after_the_one_whose_release_it_takes(folder: Path) -> None:
    found = read(folder, zz="", aa=after("zz"), bb=after("aa"), cc=after("zz"))

    assert found.environments == ("zz", "aa", "cc", "bb")
    assert [found.before(name) for name in found.environments] == [None, "zz", "zz", "aa"]
    assert found.path("bb") == ("zz", "aa", "bb")


def test_an_environment_without_predecessor_takes_every_commit(folder: Path) -> None:
    found = read(folder, dev="", qa="[promotion]", test=after(""))

    assert {name: found.before(name) for name in found.environments} == {"dev": None, "qa": None, "test": None}


def test_a_copied_file_is_a_further_environment(folder: Path) -> None:
    for file in FROZEN_ENVIRONMENTS.glob("*.toml"):
        (folder / file.name).write_bytes(file.read_bytes())
    known = PromotionOrder.load()

    (folder / "qa.toml").write_text((folder / "staging.toml").read_text().replace('"staging"', '"qa"'))

    found = PromotionOrder.load()
    assert set(found.environments) - set(known.environments) == {"qa"}
    assert found.before("qa") == found.before("staging") == "dev"


def test_an_environment_can_receive_no_releases(folder: Path) -> None:
    found = read(folder, dev="", own=NO_RELEASES)

    assert found.environments == ("dev",)
    with pytest.raises(OperationError, match=r'"own" is not in the promotion order \(dev\)\..*workflows = false'):
        found.check("own")


def test_settings_of_the_table_are_read(folder: Path) -> None:
    found = read(folder, dev="", live="[promotion]\nproduction = true\nrequire_lock_file = true")

    assert found.production == {"live"}
    assert found.lock_required == {"live"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (after("qa"), 'qa.toml: promotion.after = "qa": an environment cannot take its own release. Use one of: dev;'),
        (after("devel"), 'qa.toml: promotion.after = "devel": there is no environment of this name. Use one of: dev;'),
        (after("own"), 'qa.toml: promotion.after = "own": own receives no releases'),
        (after("Dev"), "qa.toml: promotion.after: String should match"),
        ("[promotion]\nbefore = 1", "qa.toml: promotion.before: Extra inputs are not permitted"),
        ("[promotion]\nworkflows = 1", "qa.toml: promotion.workflows: "),
        ("promotion = 1", "qa.toml: promotion: "),
        ("promotion", "qa.toml cannot be used"),
    ],
)
def test_a_wrong_table_is_refused_with_file_and_key(folder: Path, text: str, says: str) -> None:
    assert problem(folder, dev="", own=NO_RELEASES, qa=text).startswith(f"{folder}/{says}")


def test_the_remedy_for_a_wrong_predecessor_lists_the_possible_ones(folder: Path) -> None:
    assert "Use one of: dev, test; or remove the key" in problem(folder, dev="", test="", qa=after("none"))


def test_a_cycle_is_refused_with_its_files(folder: Path) -> None:
    message = problem(folder, dev="", aa=after("cc"), bb=after("aa"), cc=after("bb"))

    files = ", ".join(str(folder / f"{name}.toml") for name in ("aa", "bb", "cc"))
    assert message.startswith(f"{files}: promotion.after has a cycle: aa after cc, bb after aa, cc after bb.")
    assert message.endswith("Remove the key from one of these files.")


def test_every_wrong_file_is_reported(folder: Path) -> None:
    message = problem(folder, dev="[promotion]\nafter = 1", qa="[promotion]\nafter = 2")

    assert [line.partition(":")[0] for line in message.splitlines()] == [f"{folder}/dev.toml", f"{folder}/qa.toml"]


def test_files_in_the_checkout_are_named_relative_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DIRECTORY_VARIABLE)

    assert all(re.fullmatch(r"environments/\w+\.toml", one.file) for one in PromotionOrder.load().steps.values())


def test_the_command_prints_the_matrix_of_the_workflows(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    read(folder, dev="", own=NO_RELEASES, live=after("dev"))

    assert main(["environments", "--format", "matrix"]) == EXIT_OK

    assert capsys.readouterr().out == '["dev", "live"]\n'


def test_the_command_lists_all_environments(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    live = after("dev") + "\nproduction = true\nrequire_lock_file = true"
    read(folder, dev="", live=live, own=NO_RELEASES)

    assert main(["environments"]) == EXIT_OK
    text = capsys.readouterr().out
    assert main(["environments", "--format", "json"]) == EXIT_OK

    assert [line.split(maxsplit=1) for line in text.splitlines()] == [
        ["dev", "takes every commit"],
        ["live", "after dev, production, requires the lock file"],
        ["own", "no releases"],
    ]
    assert json.loads(capsys.readouterr().out)[1] == {
        "name": "live",
        "file": f"{folder}/live.toml",
        "after": "dev",
        "production": True,
        "require_lock_file": True,
        "record_key_arn": None,
        "require_record_key": False,
        "workflows": True,
    }


def test_the_command_reports_a_wrong_order(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    problem(folder, qa=after("qa"))

    assert main(["environments"]) == FAILED
    assert "qa.toml: promotion.after" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", ['["dev", "staging"]', "[dev, staging, prod]", "dev, then `staging`", "dev -> staging"]
)
def test_the_pattern_finds_lists(text: str) -> None:
    assert LISTS.search(text)


def test_no_other_file_lists_the_environments() -> None:
    parts = (".github", "common", "lambdas", "local", "Makefile", "modules", "ops", "stacks", "terraform")
    files = [name for name in tracked("*") if name.startswith(parts)]

    assert len(files) > 100
    found = [name for name in files if LISTS.search((ROOT / name).read_text(encoding="utf-8", errors="replace"))]
    assert found == []
