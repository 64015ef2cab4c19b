"""Tests of the provider lock file: it is complete if it exists; otherwise its absence is reported with a remedy."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from common.commands import RefusedError
from common.environment_files import DIRECTORY_VARIABLE, provider_lock_file
from common.exit_codes import EXIT_OK
from ops.__main__ import main
from ops.order import Environment, PromotionOrder
from ops.provider_lock import committed_lock, default_lock
from ops.terraform import Finished, Terraform
from stacks.versions import LOCK_FILE

if TYPE_CHECKING:
    from terraform.stack import Stack

ROOT = Path(__file__).parents[3]


def test_the_committed_file_has_checksums() -> None:
    file = provider_lock_file(ROOT, {})
    if not file.exists():
        pytest.skip(
            f"{file.name} is not in this repository: the checksums can only be had from a registry, by whoever "
            "adopts it (`python -m ops provider-lock`); without it, environments that require it are not planned."
        )
    text = file.read_text(encoding="utf-8")
    checksums = re.findall(r'"h1:[A-Za-z0-9+/=]+"', text)

    assert 'provider "registry.terraform.io/hashicorp/aws"' in text
    assert checksums


def test_the_commands_use_the_file_that_synthesis_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DIRECTORY_VARIABLE, str(tmp_path / "environments"))
    assert default_lock() == tmp_path / "terraform.lock.hcl"
    monkeypatch.delenv(DIRECTORY_VARIABLE)
    assert default_lock() == ROOT / "terraform.lock.hcl"


def test_only_environments_with_the_setting_require_the_file() -> None:
    order = PromotionOrder.of(
        [Environment("dev", "dev.toml"), Environment("prod", "prod.toml", "dev", require_lock_file=True)]
    )

    assert committed_lock("dev", order, ROOT / "none.hcl") is None
    with pytest.raises(RefusedError, match=r"prod\.toml requires it: promotion\.require_lock_file"):
        committed_lock("prod", order, ROOT / "none.hcl")


def test_the_command_locks_linux_and_macos_on_both_architectures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "chat-dev").mkdir()
    (tmp_path / "chat-dev" / "cdk.tf.json").write_text("{}")
    asked: list[tuple[str, ...]] = []

    class Locking:
        def __init__(self, folder: Stack) -> None:
            self.folder = folder

        def run(self, *arguments: str, **_: Any) -> Finished:  # noqa: ANN401 - as Terraform's
            asked.append(arguments)
            (self.folder.folder / LOCK_FILE).write_text("locked")
            return Finished(0, "", "")

    monkeypatch.setattr(Terraform, "open", Locking)
    output = tmp_path / "terraform.lock.hcl"

    assert main(["provider-lock", "--stacks", str(tmp_path), "--output", str(output)]) == EXIT_OK

    assert output.read_text() == "locked"
    assert [option for option in asked[0] if "platform" in option] == [
        "-platform=linux_amd64",
        "-platform=linux_arm64",
        "-platform=darwin_amd64",
        "-platform=darwin_arm64",
    ]
