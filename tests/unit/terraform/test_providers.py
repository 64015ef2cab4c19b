"""Tests of the search for the AWS provider on a machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from terraform import providers
from terraform.providers import find_mirror, satisfies

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("version", "constraint", "expected"),
    [
        ("5.100.0", ">= 5.100, < 7.0", True),
        ("5.99.1", ">= 5.100, < 7.0", False),
        ("6.25.0", ">= 5.100, < 7.0", True),
        ("7.0.0", ">= 5.100, < 7.0", False),
        ("7.0.0-beta1", ">= 5.100", False),
        ("5.3.9", "~> 5.3", True),
        ("6.0.0", "~> 5.3", False),
        ("5.3.9", "~> 5.3.1", True),
        ("5.4.0", "~> 5.3.1", False),
        ("5.4.0", "5.4.0", True),
        ("5.4.0", "!= 5.4.0", False),
        ("5.4.0", "nonsense", False),
    ],
)
def test_satisfies_version_constraints(version: str, constraint: str, *, expected: bool) -> None:
    assert satisfies(version, constraint) is expected


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the platform, with no other mirror of this machine visible."""
    monkeypatch.setattr(providers, "_PREFIXES", ())
    return providers.current_platform()


def _unpacked(mirror: Path, version: str, platform: str) -> None:
    folder = mirror / "registry.terraform.io" / "hashicorp" / "aws" / version / platform
    folder.mkdir(parents=True)
    (folder / f"terraform-provider-aws_v{version}_x5").touch()


def _packed(mirror: Path, version: str, platform: str) -> None:
    folder = mirror / "registry.terraform.io" / "hashicorp" / "aws"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"terraform-provider-aws_{version}_{platform}.zip").touch()


def test_selects_the_newest_matching_version_of_both_layouts(tmp_path: Path, here: str) -> None:
    _unpacked(tmp_path / "a", "5.100.0", here)
    _packed(tmp_path / "a", "6.2.0", here)
    _packed(tmp_path / "a", "7.1.0", here)
    _packed(tmp_path / "a", "6.9.0", "plan9_mips")
    environment = {"HOME": str(tmp_path), "TF_PLUGIN_DIR": str(tmp_path / "a")}
    found = find_mirror("hashicorp/aws", ">= 5.100, < 7.0", environment)
    assert found == providers.Mirror(tmp_path / "a", "6.2.0")


@pytest.mark.parametrize(
    ("folder", "variable"),
    [
        (".terraform.d/plugins", None),
        (".local/share/terraform/plugins", None),
        ("cache", "TF_PLUGIN_CACHE_DIR"),
        ("company/terraform/plugins", "XDG_DATA_HOME"),
    ],
)
def test_searches_the_folders_that_terraform_searches(
    tmp_path: Path, here: str, folder: str, variable: str | None
) -> None:
    _unpacked(tmp_path / folder, "5.100.0", here)
    environment = {"HOME": str(tmp_path)}
    if variable:
        environment[variable] = str(tmp_path / folder).removesuffix("/terraform/plugins")
    found = find_mirror("hashicorp/aws", ">= 5.100", environment)
    assert found is not None
    assert found.folder == tmp_path / folder


def test_reads_the_folders_of_the_users_configuration(tmp_path: Path, here: str) -> None:
    _unpacked(tmp_path / "mirror", "5.100.0", here)
    configuration = tmp_path / "company.tfrc"
    configuration.write_text(f'provider_installation {{\n filesystem_mirror {{ path = "{tmp_path / "mirror"}" }}\n}}\n')
    environment = {"HOME": str(tmp_path / "home"), "TF_CLI_CONFIG_FILE": str(configuration)}
    found = find_mirror("hashicorp/aws", ">= 5.100", environment)
    assert found == providers.Mirror(tmp_path / "mirror", "5.100.0")


def test_finds_a_mirror_below_a_prefix_within_depth_and_time_limits(
    tmp_path: Path, here: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _unpacked(tmp_path / "prefix" / "a" / "b", "5.100.0", here)
    _unpacked(tmp_path / "prefix" / "1/2/3/4/5/6/7", "6.0.0", here)
    monkeypatch.setattr(providers, "_PREFIXES", (str(tmp_path / "prefix"),))
    environment = {"HOME": str(tmp_path / "home")}
    found = find_mirror("hashicorp/aws", ">= 5.100", environment)
    assert found == providers.Mirror(tmp_path / "prefix" / "a" / "b", "5.100.0")
    monkeypatch.setattr(providers, "_SEARCH_SECONDS", -1.0)
    assert find_mirror("hashicorp/aws", ">= 5.100", environment) is None


def test_returns_none_without_a_mirror_or_with_a_stale_configuration(tmp_path: Path, here: str) -> None:
    environment = {"HOME": str(tmp_path), "TF_CLI_CONFIG_FILE": str(tmp_path / "gone"), "TF_PLUGIN_DIR": "/nowhere"}
    assert here
    assert find_mirror("hashicorp/aws", ">= 5.100", environment) is None
