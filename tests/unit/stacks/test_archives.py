"""Tests that Lambda archives are reproducible."""

from __future__ import annotations

import io
import os
import zipfile
from typing import TYPE_CHECKING

import pytest

from stacks.archives import lambda_archive
from stacks.environments import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

FILES = (
    "__init__.py",
    "common/__init__.py",
    "common/log.py",
    "greet/__init__.py",
    "greet/handler.py",
    "other/handler.py",
)


def make(root: Path, order: tuple[str, ...] = FILES) -> Path:
    for number, name in enumerate(order):
        file = root / "lambdas" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"# {name}\n", encoding="utf-8")
        os.utime(file, (number * 86_400, number * 86_400))
        file.chmod(0o600 if number % 2 else 0o755)
    return root


def test_archives_do_not_depend_on_path_order_times_or_modes(tmp_path: Path) -> None:
    first = lambda_archive(make(tmp_path / "a"), "greet")
    second = lambda_archive(make(tmp_path / "b", tuple(reversed(FILES))), "greet")
    assert first == second
    assert first.source_code_hash == second.source_code_hash


def test_archives_contain_the_function_and_common_code(tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / "lambdas/greet/__pycache__").mkdir()
    (tmp_path / "lambdas/greet/__pycache__/handler.cpython-313.pyc").write_bytes(b"x")
    with zipfile.ZipFile(io.BytesIO(lambda_archive(tmp_path, "greet").content)) as archive:
        assert archive.namelist() == sorted(f"lambdas/{name}" for name in FILES if not name.startswith("other"))
        assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o100644}


def test_changed_code_changes_the_hash(tmp_path: Path) -> None:
    before = lambda_archive(make(tmp_path), "greet")
    (tmp_path / "lambdas/common/log.py").write_text("# changed\n", encoding="utf-8")
    assert lambda_archive(tmp_path, "greet").source_code_hash != before.source_code_hash


def test_archives_contain_only_the_facts_that_the_code_imports(tmp_path: Path) -> None:
    make(tmp_path)
    facts = {
        "__init__.py": "",
        "limits.py": "from contract import values\nfrom contract.units import UNITS\n",
        "limits.json": "{}",
        "units.py": "from contract import values\n",
        "units.json": "{}",
        "tables.py": "from contract import values\n",
        "tables.json": "{}",
    }
    (tmp_path / "contract").mkdir()
    for name, text in facts.items():
        (tmp_path / "contract" / name).write_text(text, encoding="utf-8")
    (tmp_path / "lambdas/greet/handler.py").write_text("from contract.limits import LIMITS\n", encoding="utf-8")
    before = lambda_archive(tmp_path, "greet")
    with zipfile.ZipFile(io.BytesIO(before.content)) as archive:
        held = {name for name in archive.namelist() if name.startswith("contract/")}
    assert held == {f"contract/{name}" for name in facts if not name.startswith("tables")}
    (tmp_path / "contract/tables.json").write_text('{"rooms": {}}', encoding="utf-8")
    assert lambda_archive(tmp_path, "greet") == before
    (tmp_path / "contract/units.json").write_text('{"day": 86400}', encoding="utf-8")
    assert lambda_archive(tmp_path, "greet") != before


def test_a_function_without_a_handler_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"lambdas/leave/handler\.py is missing"):
        lambda_archive(make(tmp_path), "leave")
