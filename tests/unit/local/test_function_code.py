"""Tests of the storage of functions' code: atomic writes, checksums, and deletion after the state that drops it."""

from __future__ import annotations

import errno
import hashlib
import json
import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from local.embedded.durable_files import FAULTS, DamagedFileError, WriteFault
from local.embedded.function_code import DurableCode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.embedded.emulator import Emulator


class Lambda:
    """MiniStack's Lambda module as far as it is used, and the code storage on top of it."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "state" / "lambda-blobs"
        self.state_file = root / "state" / "lambda.json"
        self.module: Any = SimpleNamespace(
            _write_code_blob=None,
            _read_code_blob=None,
            _prune_orphan_code_blobs=None,
            _restore_state=lambda _state: None,
            CODE_BLOB_DIR=str(self.folder),
            _BLOB_REF_KEY="code_blob_ref",
        )
        emulator = cast("Emulator", SimpleNamespace(module_of=lambda _service: self.module))
        self.code = DurableCode(emulator, self.state_file)

    def write(self, code: bytes) -> str:
        """Write code as when a state is created."""
        return str(self.module._write_code_blob(code))  # noqa: SLF001 - pinned

    def read(self, name: str) -> bytes:
        """Read code as when a state is loaded."""
        return bytes(self.module._read_code_blob(name))  # noqa: SLF001 - pinned

    def make_state(self, *names: str) -> None:
        """Do what MiniStack does after a state was created."""
        self.module._prune_orphan_code_blobs(set(names))  # noqa: SLF001 - pinned

    def restored_from(self, stored: dict[tuple[str, str, str], Any]) -> list[str]:
        """Load a state; return its functions."""
        self.module._restore_state({"functions": SimpleNamespace(_data=stored)})  # noqa: SLF001 - pinned
        return [name for _account, _region, name in stored]

    def save(self, *names: str) -> None:
        """Write a state with these functions."""
        self.state_file.write_text(json.dumps({"functions": [{"code_zip": {"code_blob_ref": name}} for name in names]}))


@pytest.fixture
def functions(tmp_path: Path) -> Iterator[Lambda]:
    yield Lambda(tmp_path)
    FAULTS.arm([])


def test_code_is_deleted_only_after_the_state_that_drops_it(functions: Lambda) -> None:
    old = functions.write(b"old")
    functions.save(old)
    functions.code.prune()
    new = functions.write(b"new")
    functions.make_state(new)
    functions.code.prune()
    assert {path.stem for path in functions.folder.glob("*.zip")} == {old, new}
    functions.save(new)
    functions.code.prune()
    assert {path.stem for path in functions.folder.glob("*.zip")} == {new}


def test_without_a_state_no_file_is_deleted_and_foreign_files_never_are(functions: Lambda) -> None:
    name = functions.write(b"code")
    (functions.folder / "notes.zip").write_bytes(b"mine")
    functions.code.prune()
    functions.save()
    other = Lambda(functions.state_file.parent.parent)
    other.code.prune()
    assert [path.name for path in functions.folder.iterdir()] == ["notes.zip"]
    assert name not in functions.state_file.read_text()


def test_each_failed_write_raises_an_error_and_leaves_no_file(functions: Lambda) -> None:
    functions.folder.mkdir(parents=True)
    for skip in range(10):
        suffered = FAULTS.suffered
        FAULTS.arm([WriteFault("lambda-blobs", errno.ENOSPC, skip=skip, half=True)])
        try:
            name = functions.write(b"some code")
        except OSError:
            for (
                path
            ) in functions.folder.iterdir():  # the last failure leaves the complete file, which no state refers to
                assert path.read_bytes() == b"some code"
                path.unlink()
        else:
            break
        assert FAULTS.suffered == suffered + 1
    assert skip == 4, "written, flushed, put in place, and its name flushed"
    assert functions.read(name) == b"some code"


@pytest.mark.parametrize(
    ("content", "what"),
    [(None, "is missing"), (b"", "checksum differs"), (b"som", "checksum differs"), (b"Some code", "checksum differs")],
    ids=["missing", "empty", "truncated", "changed"],
)
def test_damaged_code_is_reported_and_its_function_deployed_again(
    functions: Lambda, tmp_path: Path, content: bytes | None, what: str
) -> None:
    name, good = functions.write(b"some code"), functions.write(b"good code")
    functions.save(name, good)
    assert functions.code.check() == []
    path = functions.folder / f"{name}.zip"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DamagedFileError, match=re.escape(str(path))):
        functions.read(name)
    (damage,) = functions.code.check()
    assert str(damage).startswith(f"{path} ")
    assert what in str(damage)
    functions.code.set_aside(damage, tmp_path / "aside")
    assert functions.code.check() == []
    if content is not None:
        assert (tmp_path / "aside" / "state" / "lambda-blobs" / path.name).read_bytes() == content

    stored = {
        ("0", "r", "lost"): {"code_zip": {"code_blob_ref": name}},
        ("0", "r", "lost-version"): {"code_zip": None, "versions": {"1": {"code_zip": {"code_blob_ref": name}}}},
        ("0", "r", "good"): {"code_zip": {"code_blob_ref": good}, "versions": {}},
    }
    assert functions.restored_from(stored) == ["good"]


def test_damaged_code_is_written_again_at_the_next_deployment(functions: Lambda) -> None:
    name = functions.write(b"some code")
    (functions.folder / f"{name}.zip").write_bytes(b"damaged")
    assert functions.write(b"some code") == name
    assert functions.read(name) == b"some code"
    assert name == hashlib.sha256(b"some code").hexdigest()


def test_another_version_of_the_module_is_refused(tmp_path: Path) -> None:
    emulator = cast("Emulator", SimpleNamespace(module_of=lambda _service: SimpleNamespace()))
    with pytest.raises(RuntimeError, match="_write_code_blob"):
        DurableCode(emulator, tmp_path)
