"""Tests of the trial with an adopter's settings: its edits, and its checks in a clone."""

from __future__ import annotations

import os
import tomllib
from typing import TYPE_CHECKING

import pytest

from common.exit_codes import EXIT_OK, FAILED, REFUSED
from tests.helpers.environments import freeze_environments
from tools.adoption.__main__ import main
from tools.adoption.edits import edit
from tools.adoption.variant import read_variants

if TYPE_CHECKING:
    from pathlib import Path

FILE = """# The account.
account_id = "111111111111"

# The state.
[state]
# Its bucket.
bucket = "one"
# region = "eu-west-1"

[identity]
mfa = "off"
"""
MAKE = """#!/bin/sh
echo "$1 $(ls environments | tr '\\n' ' ')" >> "$MADE"
test "$1" != "$FAILING"
"""


def test_an_edit_changes_values_and_keeps_everything_else() -> None:
    values = {
        "account_id": "2",
        "app_name": "talk",
        "state.bucket": "two",
        "state.region": "eu-west-1",
        "tags.Team": "a",
    }

    text = edit(FILE, {**values, "identity.oidc": {"name": "x", "urls": ["y"]}, "identity.self_sign_up": False})

    assert tomllib.loads(text) == {
        "app_name": "talk",
        "account_id": "2",
        "state": {"bucket": "two", "region": "eu-west-1"},
        "identity": {"mfa": "off", "oidc": {"name": "x", "urls": ["y"]}, "self_sign_up": False},
        "tags": {"Team": "a"},
    }
    assert {line for line in FILE.splitlines() if line.startswith("#")} <= set(text.splitlines())


def test_a_variant_edits_adds_and_removes_files(tmp_path: Path) -> None:
    freeze_environments(tmp_path)
    folder = tmp_path / "environments"
    variants = read_variants()

    variants["first-hour"].apply(folder)

    settings = {file.stem: tomllib.loads(file.read_text()) for file in folder.glob("*.toml")}
    assert {one["app_name"] for one in settings.values()} == {"acme-talk"}
    assert {name: one["environment"] for name, one in settings.items()} == {name: name for name in settings}
    assert settings["qa"]["state"]["bucket"] == "acme-terraform-qa"
    assert settings["qa"]["promotion"]["after"] == "dev"
    assert settings["local"]["account_id"] == "000000000000"
    variants["one-environment"].apply(folder)
    assert {file.stem for file in folder.glob("*.toml")} == {"local", "prod", "qa"}


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a `make` on the PATH that only lists its targets and the environments; return the list."""
    (tmp_path / "make").write_text(MAKE, encoding="utf-8")
    (tmp_path / "make").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("MADE", str(tmp_path / "made"))
    return tmp_path / "made"


def test_every_check_runs_in_a_clone_with_the_edits(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check", "synth", "--check", "policy", "first-hour", "other-names"]) == EXIT_OK

    done = [line.split() for line in made.read_text(encoding="utf-8").splitlines()]
    assert [line[0] for line in done] == ["synth", "policy"] * 2
    assert "qa.toml" in done[0]
    assert {"live.toml", "test1.toml"} <= set(done[2])
    assert not {"qa.toml", "prod.toml"} & set(done[2])
    assert capsys.readouterr().err.endswith("All checks passed.\n")


def test_a_failed_check_is_reported_after_the_others(
    made: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FAILING", "lint")

    assert main(["closed"]) == REFUSED

    assert [line.split()[0] for line in made.read_text(encoding="utf-8").splitlines()] == [
        "lint",
        "unit",
        "synth",
        "policy",
    ]
    assert capsys.readouterr().err.endswith("closed: make lint failed\n")


def test_an_unknown_variant_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nobody"]) == FAILED
    assert "nobody" in capsys.readouterr().err
