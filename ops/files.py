"""TOML files that commands read, and output files that they check before they start."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from common.commands import OperationError
from common.error_messages import json_problem, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def read_toml(file: Path) -> dict[str, Any]:
    """Return the document in a TOML file.

    Raises:
        OperationError: the file cannot be read, or is not TOML.
    """
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise OperationError(sentence(error)) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise OperationError(f"{file} cannot be used: {json_problem(error) or f'it is not TOML: {error}'}.") from error


def clear_outputs(*outputs: Path | None, inputs: Iterable[Path | None] = ()) -> None:
    """Check that output files can be written, and remove what an earlier command wrote to them.

    After an interrupted or failed command, no older output can be mistaken for its result. Devices and pipes are kept,
    and a file behind a symbolic link is emptied.

    Args:
        outputs: the files that the command will write; None for one that is not wanted.
        inputs: the files that it will read.

    Raises:
        OperationError: two of the files are the same; no file has changed.
        OSError: a file cannot be written; the error names the path, and no file has changed.
    """
    files = [file for file in outputs if file is not None]
    for file in files:
        check_writable(file)
    known: set[Path] = set()
    for file in [*files, *(file for file in inputs if file is not None)]:
        if file.resolve() in known and not file.is_char_device():
            raise OperationError(f"{file} is named twice. Name another file for one of the options.")
        known.add(file.resolve())
    for file in files:
        if file.is_symlink() and file.is_file():
            file.write_bytes(b"")
        elif file.is_file():
            file.unlink()


def check_writable(file: Path) -> None:
    """Create the directory of a file and check that the file can be written, without changing it.

    Raises:
        OSError: the file cannot be written; the error names the path.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    existed = file.exists()
    file.open("ab").close()
    if not existed:
        file.unlink()
