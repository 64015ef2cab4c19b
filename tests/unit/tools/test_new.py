"""Tests of skeletons: written completely or not at all, valid, and with a test that fails until it is implemented."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from itertools import takewhile
from typing import TYPE_CHECKING
from unittest import mock

import pytest

from common.commands import OperationError, RefusedError
from tools.change_costs.scratch import Scratch
from tools.checkout import ROOT
from tools.new import __main__ as command
from tools.new.__main__ import KINDS
from tools.new.change import Change

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXAMPLES = {
    "operation": ["Mutation.pinMessage", "--topic", "messages"],
    "function": ["link_previews", "--table", "messages"],
    "setting": ["messaging.link_previews"],
    "table": ["pins"],
    "notification": ["REACTION"],
}


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    """Return a copy of the checkout."""
    return Scratch(ROOT, tmp_path_factory.mktemp("new") / "checkout")


@pytest.fixture
def clean(scratch: Scratch) -> Iterator[Scratch]:
    """Return the copy in its state before a change."""
    yield scratch
    scratch.reset()


def new(scratch: Scratch, *arguments: str) -> str:
    """Run the command in the copy and return its output."""
    printed = io.StringIO()
    with mock.patch.object(command, "ROOT", scratch.folder), contextlib.redirect_stdout(printed):
        code = command.main(arguments)
    assert (code == 0) is bool(printed.getvalue())
    return printed.getvalue()


def files_under(heading: str, printed: str) -> list[str]:
    """Return the lines below a heading, without the descriptions of the files."""
    lines = printed.partition(f"{heading}\n")[2].splitlines()
    return [line.split(":")[0].strip() for line in takewhile(lambda line: line.startswith("  "), lines)]


def test_every_kind_has_an_example() -> None:
    assert EXAMPLES.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_skeleton_consists_of_the_printed_files(kind: str, clean: Scratch) -> None:
    printed = new(clean, kind, *EXAMPLES[kind])

    assert files_under("Wrote:", printed) == clean.changed()
    by_hand = [file for file in files_under("By hand:", printed) if (clean.folder / file).is_file()]
    assert by_hand, printed
    python = [name for name in clean.changed() if name.endswith(".py")]
    if python:
        clean.run(sys.executable, "-m", "ruff", "check", *python)
        clean.run(sys.executable, "-m", "ruff", "format", "--check", *python)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_dry_run_prints_the_same_and_writes_nothing(kind: str, clean: Scratch) -> None:
    said = new(clean, kind, *EXAMPLES[kind], "--dry-run")
    assert clean.changed() == []

    assert said.replace("Would write:", "Wrote:") == new(clean, kind, *EXAMPLES[kind])


@pytest.mark.parametrize("kind", EXAMPLES)
def test_the_same_name_again_is_refused_and_changes_nothing(kind: str, clean: Scratch) -> None:
    new(clean, kind, *EXAMPLES[kind])
    before = {name: (clean.folder / name).read_bytes() for name in clean.changed()}

    assert new(clean, kind, *EXAMPLES[kind]) == ""

    assert {name: (clean.folder / name).read_bytes() for name in clean.changed()} == before


@pytest.mark.parametrize("kind", ["operation", "function"])
def test_the_test_of_a_skeleton_fails(kind: str, clean: Scratch) -> None:
    new(clean, kind, *EXAMPLES[kind])
    (test,) = (name for name in clean.changed() if name.startswith("tests/unit/") and "/test_" in name)

    with pytest.raises(OperationError, match="write the behaviour and its tests"):
        clean.run(sys.executable, "-m", "pytest", "-q", test)


def test_the_resolver_of_a_skeleton_has_the_types_of_its_operation(clean: Scratch) -> None:
    new(clean, "operation", *EXAMPLES["operation"])
    clean.run(sys.executable, "-m", "tools.generated_code")

    clean.run("node_modules/.bin/tsc", "--noEmit", "--project", "tsconfig.json")


def test_tables_stay_sorted_and_valid(clean: Scratch) -> None:
    for name in ("aaa", "pins", "zoos"):
        new(clean, "table", name)

    tables = json.loads((clean.folder / "contract" / "tables.json").read_text(encoding="utf-8"))
    assert list(tables) == sorted(tables)
    assert tables["zoos"] == {"key": {"roomId": "S", "zooId": "S"}}


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (["operation", "pinMessage"], "Give a name such as Mutation.pinMessage."),
        (["operation", "Subscription.onPinned"], "Give a name such as Mutation.pinMessage."),
        (["operation", "Mutation.pinMessage", "--topic", "pins"], "Give one of "),
        (["operation", "Query.reports"], "Choose another name."),
        (["function", "LinkPreviews"], "Give a name such as link_previews."),
        (["function", "link_previews", "--table", "users"], "Give one of memberships, messages"),
        (["function", "notifications"], "exists already"),
        (["setting", "messaging"], "Give a name such as messaging.link_previews."),
        (["setting", "nothing.link_previews"], "Give one of state, "),
        (["setting", "messaging.deduplication_hours"], "exists already"),
        (["table", "Pins"], "Give a name such as pins."),
        (["table", "rooms"], "exists already"),
        (["notification", "reaction"], "Give a name such as REACTION."),
        (["notification", "MENTION"], "Choose another name."),
    ],
    ids=str,
)
def test_wrong_and_existing_names_are_refused_with_a_remedy(
    arguments: list[str], remedy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = command.main([*arguments, "--dry-run"])

    printed = capsys.readouterr()
    assert (code, printed.out) == (1, "")
    assert remedy in printed.err


def test_a_change_that_cannot_be_written_leaves_no_files(tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_text("old")
    (tmp_path / "file").write_text("")
    change = Change(tmp_path)
    change.create("new/folder/a.txt", "a")
    change.written["old.txt"] = "changed"
    change.written["file/b.txt"] = "b"  # its folder is a file

    with pytest.raises(OSError, match="file"):
        change.write()

    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "old.txt"]
    assert (tmp_path / "old.txt").read_text() == "old"


def test_a_missing_insertion_point_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("first\nlast\n")
    change = Change(tmp_path)
    change.insert("a.txt", "middle\n", before="last", after="first")
    assert change.written == {"a.txt": "first\nmiddle\nlast\n"}

    with pytest.raises(OperationError, match="no line 'gone'"):
        change.insert("a.txt", "x\n", before="gone")
    with pytest.raises(OperationError, match=r"b\.txt is missing"):
        change.insert("b.txt", "x\n", before="gone")
    with pytest.raises(RefusedError, match="exists already"):
        change.create("a.txt", "")
