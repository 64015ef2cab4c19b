"""Tests of how every command handles errors, interruptions and closed pipes."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from common.commands import OperationError, RefusedError, counted, run
from common.error_messages import sentence
from common.exit_codes import EXIT_OK, FAILED, INTERRUPTED, READER_GONE, REFUSED
from common.json_documents import read_object
from common.owned_folder import ForeignFolderError
from ops.files import check_writable
from tests.helpers.commands import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("number", "nouns", "text"),
    [
        (0, ["user"], "0 users"),
        (1, ["user"], "1 user"),
        (2_000, ["user"], "2,000 users"),
        (1, ["advisory", "advisories"], "1 advisory"),
        (2, ["advisory", "advisories"], "2 advisories"),
    ],
)
def test_numbers_have_the_form_of_their_noun(number: int, nouns: list[str], text: str) -> None:
    assert counted(number, *nouns) == text


NOT_INSTALLED = re.compile(
    r"The Python package not_installed is not installed (?:in \S+/\.venv\. `make bootstrap-all` installs it\.|"
    r"for \S+\. `make bootstrap` installs it for \.venv/bin/python; use that\.)\n"
)


def raising(error: BaseException) -> Callable[[], int]:
    """Return a command that ends in this way."""

    def command() -> NoReturn:
        raise error

    return command


def system_error(number: int) -> OSError:
    """Return a system error about a file."""
    return OSError(number, os.strerror(number), "/x/file")


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (OperationError("It is so."), FAILED, "It is so."),
        (RefusedError("It must not be."), REFUSED, "It must not be."),
        (ForeignFolderError("It is not ours."), REFUSED, "It is not ours."),
        (KeyboardInterrupt(), INTERRUPTED, "Interrupted. See docs/promotion.md, Recovery, if Terraform was applying."),
        (
            system_error(errno.ENOENT),
            FAILED,
            "/x/file does not exist. Create it, or name another path; if it is a program, install it.",
        ),
        (
            system_error(errno.ENOSPC),
            FAILED,
            "/x/file: the disk is full. Free some space there and run the same command again.",
        ),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            FAILED,
            "A file: the disk is full. Free some space there and run the same command again.",
        ),
        (
            subprocess.CalledProcessError(2, ["npm", "install"]),
            FAILED,
            "`npm install` ended with 2. Its own output says why.",
        ),
        (
            ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"),
            FAILED,
            "A connection failed: Connection refused. Check that the other side runs and can be reached.",
        ),
        (MemoryError(), FAILED, "There is not enough memory. Free some and run the command again."),
    ],
)
def test_an_expected_error_prints_one_message(
    error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(raising(error)) == code
    assert capsys.readouterr() == ("", f"{said}\n")


@pytest.mark.parametrize("number", [errno.EACCES, errno.EISDIR, errno.EROFS, errno.EDQUOT, errno.EIO, errno.ELOOP])
def test_a_system_error_names_the_file(number: int, tmp_path: Path) -> None:
    file = tmp_path / "file"
    said = sentence(OSError(number, os.strerror(number), str(file)))
    assert said is not None
    assert str(file) in said
    assert said.count(". ") == 1
    assert said.endswith(".")


def test_an_unexpected_error_writes_its_traceback_to_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(raising(KeyError("nobody thought of this"))) == FAILED
    said = capsys.readouterr().err
    assert "Traceback" not in said
    found = re.fullmatch(
        r"This is a defect of tests\.unit\.common\.test_commands: KeyError: 'nobody thought of this'\. "
        r"Report it with the traceback in (\S+)\.\n",
        said,
    )
    assert found, said
    file = Path(found[1])
    text = file.read_text(encoding="utf-8")
    file.unlink()
    assert text.startswith("Traceback (most recent call last):\n")
    assert text.endswith("KeyError: 'nobody thought of this'\n")


def python(*arguments: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run Python in the checkout, with other modules before the installed ones."""
    environment = {**os.environ, **({} if path is None else {"PYTHONPATH": str(path)})}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    ("statement", "code", "said"),
    [
        ("raise KeyboardInterrupt", INTERRUPTED, re.compile(r"Interrupted\.[^\n]*\n")),
        ("import not_installed", FAILED, NOT_INSTALLED),
        ("from not_installed import name", FAILED, NOT_INSTALLED),
    ],
    ids=["interrupted", "not-installed", "name-not-installed"],
)
def test_errors_during_the_import_of_a_command(
    statement: str, code: int, said: re.Pattern[str], tmp_path: Path
) -> None:
    (tmp_path / "boto3.py").write_text(f"{statement}\n", encoding="utf-8")
    done = python("-m", "ops", "restore", "window", "--environment", "dev", path=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert said.fullmatch(done.stderr)


def test_a_benchmark_reports_its_missing_dependency(tmp_path: Path) -> None:
    (tmp_path / "playwright.py").write_text("import not_installed\n", encoding="utf-8")
    done = python("-m", "benchmarks", "web_client", path=tmp_path)
    assert done.returncode == FAILED
    assert NOT_INSTALLED.fullmatch(done.stderr)


def test_synthesis_without_an_installation_names_the_missing_package() -> None:
    done = python("-S", "main.py")
    assert (done.returncode, done.stdout) == (FAILED, "")
    assert re.match(r"The Python package \w+ is not installed", done.stderr)


def test_a_folder_of_the_checkout_is_not_mistaken_for_a_package() -> None:
    """Without graphql-core, Python imports the checkout's folder ``graphql`` instead."""
    program = (
        "import sys, runpy; sys.path = [path for path in sys.path if 'site-packages' not in path]; sys.argv[0] = '-m'; "
        "runpy.run_module('ops.policy.report')"
    )
    done = python("-S", "-c", program)
    assert done.returncode == FAILED
    assert re.match(r"The Python package \w+ is not installed", done.stderr)


@pytest.mark.parametrize(
    ("prefix", "remedy"), [(ROOT / ".venv", "`make bootstrap-all` installs it"), (Path("/usr"), "`make bootstrap`")]
)
def test_the_remedy_for_a_missing_package_works(prefix: Path, remedy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", str(prefix))
    said = sentence(ModuleNotFoundError("No module named 'playwright'", name="playwright"))
    assert said is not None
    assert remedy in said
    assert sentence(ModuleNotFoundError("No module named 'ops.nope'", name="ops.nope")) is None


def test_a_closed_pipe_is_not_an_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "ops", "policy", "--rules"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (READER_GONE, b"")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "it is not JSON: Expecting value in line 1, column 1"),
        (b'{"a": \xff}', "it is not text in UTF-8 (at byte 6)"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b"[]", "it is not a JSON object"),
    ],
)
def test_a_file_that_is_not_a_json_object(content: bytes, problem: str, tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    file.write_bytes(content)
    with pytest.raises(OperationError) as raised:
        read_object(file, remedy="Make it anew.")
    assert str(raised.value) == f"{file} cannot be used: {problem}. Make it anew."


def test_a_file_is_checked_before_it_is_written(tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text(json.dumps(1), encoding="utf-8")
    check_writable(kept)
    check_writable(tmp_path / "new" / "file.json")
    assert kept.read_text(encoding="utf-8") == "1"
    assert not list((tmp_path / "new").iterdir())
    with pytest.raises(OSError, match=r"kept\.json"):
        check_writable(kept / "file.json")


def test_the_result_is_passed_on() -> None:
    assert run(lambda: EXIT_OK) == EXIT_OK
