"""The files of S3 objects: each object has a description, which names the files that contain its bytes.

The bytes of each version are in a separate file (``<key>.<16 hex digits>.data``) that is written once and never
changed. The description (``<key>.meta.json``) lists the object, its former versions, tags and ACLs. Only replacing the
description changes the object, so that a kill leaves either the old or the new state. Until then, the name of a new
data file ends with ``.new``; that of a deleted object's description ends with ``.gone``. Interrupted changes are
completed or undone at the next start.

The first release kept the bytes of an object at its key, and those of former versions under ``.versions``, as MiniStack
does; such objects are read from there until they are written again.
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
import logging
import os
import re
import secrets
import shutil
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from common.json_documents import parse_json
from local.embedded.durable_files import DamagedFileError, flush, replace, write_at, write_atomically

logger = logging.getLogger(__name__)

Description = dict[str, Any]
"""``key``, ``object`` (None if a delete marker hides it), ``versions``, and related data by version."""
Blob = dict[str, Any]
"""``file`` (relative to the folder of all objects), ``size`` and ``sha256`` (in the first release ``md5``)."""

DESCRIPTION: Final = ".meta.json"
NEW: Final = ".new"
GONE: Final = ".gone"
VERSIONS: Final = ".versions"
_DATA: Final = re.compile(r"\.[0-9a-f]{16}\.data$")
_MD5: Final = re.compile(r'"([0-9a-f]{32})"')
_PARTS: Final = 3
"""Account, bucket, key."""
_START: Final = '{"sha256": "'
_MIDDLE: Final = '", "about": '
_OF_TOOLS: Final = (".DS_Store", "._*", "Thumbs.db", "desktop.ini", "*~", ".*.sw?", "#*#", ".#*", "*.tmp")
"""Files of file managers and editors, which may appear in any folder, and MiniStack's own temporary files."""
_DEFAULTS: Final[dict[str, Any]] = {
    "content_type": "application/octet-stream",
    "content_encoding": None,
    "last_modified": "1970-01-01T00:00:00.000Z",
    "metadata": {},
    "preserved_headers": {},
    "storage_class": "STANDARD",
    "checksums": {},
}
"""MiniStack's defaults for fields that a description of the first release lacks."""
_BY_VERSION: Final = ("tags", "acl", "annotations")


@dataclass(slots=True)
class Found:
    """The content of the folder: descriptions by path, damage, and all other files."""

    descriptions: dict[Path, Description] = field(default_factory=dict)
    damages: list[DamagedFileError] = field(default_factory=list)
    others: list[Path] = field(default_factory=list)
    gone: list[Path] = field(default_factory=list)


def is_reserved(name: str) -> bool:
    """Return whether a file of a key with this name could be mistaken for one of this module's files."""
    return bool(_DATA.search(name.removesuffix(NEW))) or name.endswith((DESCRIPTION + NEW, DESCRIPTION + GONE))


def blobs_of(about: Description) -> list[Blob]:
    """Return the data files of a description, the object's first."""
    found = [about["object"]] if about["object"] is not None else []
    found += [version for version in about["versions"] if not version.get("is_delete_marker")]
    return list({record["blob"]["file"]: record["blob"] for record in found}.values())


class ObjectFiles:
    """The folder of all objects.

    Args:
        root: the folder, which contains ``<account>/<bucket>/<key>``.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._verified: dict[str, tuple[int, int, int]] = {}

    # --- writing --------------------------------------------------------------------------------

    def stage(self, description: Path, content: bytes) -> Blob:
        """Write bytes for a new description; `commit` or `discard` them later.

        Raises:
            OSError: they could not be written.
        """
        name = f"{description.name.removesuffix(DESCRIPTION)}.{secrets.token_hex(8)}.data"
        path = description.with_name(name)
        temporary = path.with_name(name + NEW)
        _make_folder(path.parent)
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                write_at(descriptor, content, 0, path)
                flush(descriptor, path)
            finally:
                os.close(descriptor)
        except OSError:
            _remove(temporary)
            raise
        digest = hashlib.sha256(content).hexdigest()
        return {"file": str(path.relative_to(self.root)), "size": len(content), "sha256": digest}

    def discard(self, staged: list[Blob], description: Path) -> None:
        """Remove staged bytes, except for files that the description refers to."""
        with suppress(OSError, DamagedFileError):
            about = self.read_description(description)
            kept = {blob["file"] for blob in blobs_of(about)} if about is not None else set()
            for blob in staged:
                if blob["file"] not in kept:
                    _remove(self._final(blob).with_name(self._final(blob).name + NEW))

    def commit(self, description: Path, about: Description | None) -> None:
        """Replace or remove a description, and remove files that are no longer needed.

        Raises:
            OSError: it could not be written. It is unchanged, unless restoring it fails as well.
        """
        before = _bytes_of(description)
        formerly = self._decoded(description, before)
        old = _files_of(formerly)
        if about is None:
            self._take_away(description, before)
        else:
            kept = {blob["file"] for blob in blobs_of(about)}
            old = {file for file in old - kept if self._exists(file)}
            self._put(description, encode({**about, "garbage": sorted(old)}), before)
            self._finish(about)
        self._remove_data(old)
        if about is None:
            _remove(description.with_name(description.name + GONE))

    def _put(self, description: Path, content: bytes, before: bytes | None) -> None:
        _make_folder(description.parent)
        write_atomically(description, content)
        try:
            flush_folder(description.parent)
        except OSError:
            with suppress(OSError):
                if before is None:
                    description.unlink()
                else:
                    write_atomically(description, before)
            raise

    def _take_away(self, description: Path, before: bytes | None) -> None:
        if before is None:
            return
        gone = description.with_name(description.name + GONE)
        self._finish_deletion(gone)
        replace(description, gone)
        try:
            flush_folder(description.parent)
        except OSError:
            with suppress(OSError):
                replace(gone, description)
            raise

    def _finish(self, about: Description) -> None:
        """Rename the data files of a committed description to their final names."""
        for blob in blobs_of(about):
            final = self._final(blob)
            with suppress(OSError):  # otherwise they are read by the temporary name
                final.with_name(final.name + NEW).rename(final)

    def _finish_deletion(self, gone: Path) -> None:
        with suppress(OSError, DamagedFileError):
            about = self.read_description(gone)
            if about is not None:
                self._remove_data(_files_of(about))
                _remove(gone)

    def _remove_data(self, files: set[str]) -> None:
        for file in files:
            self._verified.pop(file, None)
            _remove(self.root / file)
            _remove(self.root / (file + NEW))

    def remove_folders(self, folder: Path) -> None:
        """Remove a folder and its subfolders unless they contain files."""
        for path, _folders, _files in os.walk(folder, topdown=False):
            with suppress(OSError):
                Path(path).rmdir()

    # --- reading --------------------------------------------------------------------------------

    def read(self, blob: Blob) -> bytes:
        """Return the bytes of a version; verify them against the description on first access.

        Raises:
            DamagedFileError: they are missing or damaged.
        """
        path = self.path(blob)
        try:
            with path.open("rb") as file:
                status = os.fstat(file.fileno())
                content = file.read()
        except FileNotFoundError:
            raise DamagedFileError(path, "is missing") from None
        except OSError as error:
            raise DamagedFileError(path, f"cannot be read: {error.strerror}") from None
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        if self._verified.get(blob["file"]) != stamp:
            _compare(path, blob, content)
            self._verified[blob["file"]] = stamp
        return content

    def path(self, blob: Blob) -> Path:
        """Return the path of a version's bytes."""
        final = self._final(blob)
        staged = final.with_name(final.name + NEW)
        return staged if not final.exists() and staged.exists() else final

    def read_description(self, description: Path) -> Description | None:
        """Return a description; None if there is none.

        Raises:
            DamagedFileError: it is damaged.
            OSError: it cannot be read.
        """
        return self._described(description, _bytes_of(description))

    def _decoded(self, description: Path, content: bytes | None) -> Description | None:
        """Return a description that will be replaced; None if it does not exist or is damaged."""
        try:
            return self._described(description, content)
        except DamagedFileError:
            logger.warning("%s was damaged, and is written again", description)
            return None

    def _described(self, description: Path, content: bytes | None) -> Description | None:
        if content is None:
            return None
        value = decode(description, content)
        if len(description.relative_to(self.root).parts) < _PARTS:
            raise DamagedFileError(description, "is not in a bucket")
        return value["about"] if "about" in value else self._of_first_release(description, value)

    def _final(self, blob: Blob) -> Path:
        return self.root / str(blob["file"])

    def _exists(self, file: str) -> bool:
        return any((self.root / name).exists() for name in (file, file + NEW))

    # --- the first release ----------------------------------------------------------------------

    def _of_first_release(self, description: Path, value: dict[str, Any]) -> Description:
        plain = description.with_name(description.name.removesuffix(DESCRIPTION))
        account, bucket, *rest = plain.relative_to(self.root).parts
        record: dict[str, Any] | None = None
        if not value.get("is_delete_marker"):
            record = {name: value.get(name) or default for name, default in _DEFAULTS.items()}
            record.update({name: value[name] for name in ("etag", "size", "version_id") if value.get(name) is not None})
            record["blob"] = self._plain_blob(plain, value)
        current = None if record is None else record.get("version_id") or "null"
        versions = []
        for version in value.get("versions") or _only_version(value):
            version = dict(version, data=None)  # noqa: PLW2901 - a copy
            if not version.get("is_delete_marker"):
                path = self.root / VERSIONS / account / bucket / version["version_id"] / Path(*rest)
                is_current = version["version_id"] == current and not path.is_file()
                version["blob"] = self._plain_blob(plain if is_current else path, version)
            versions.append(version)
        about = {"key": value.get("key") or "/".join(rest), "object": record, "versions": versions}
        return {**about, **{name: value.get(name) or {} for name in _BY_VERSION}}

    def _plain_blob(self, path: Path, record: dict[str, Any]) -> Blob:
        digest = _MD5.fullmatch(str(record.get("etag")))
        blob: Blob = {"file": str(path.relative_to(self.root)), "size": record.get("size")}
        return {**blob, **({"md5": digest[1]} if digest else {})}

    # --- at the start ---------------------------------------------------------------------------

    def scan(self) -> Found:
        """Read all descriptions, finish interrupted changes, and check the existence of all files."""
        found = Found()
        for folder, _folders, names in os.walk(self.root):
            for name in sorted(names):
                self._take(found, Path(folder) / name)
        self._clean(found)
        referenced = self._check_data(found)
        self._check_others(found, referenced)
        return found

    def _take(self, found: Found, path: Path) -> None:
        if path.name.endswith(DESCRIPTION):
            try:
                about = self.read_description(path)
            except DamagedFileError as damage:
                if not _is_of_a_tool(path):
                    found.damages.append(damage)
            except OSError as error:
                found.damages.append(DamagedFileError(path, f"cannot be read: {error.strerror}"))
            else:
                if about is not None:
                    found.descriptions[path] = about
        elif path.name.endswith(DESCRIPTION + GONE):
            found.gone.append(path)
        elif path.name.endswith(DESCRIPTION + NEW):
            _remove(path)  # was never committed
        elif not _is_of_a_tool(path):
            found.others.append(path)

    def _clean(self, found: Found) -> None:
        """Complete committed changes, and remove files that are no longer needed."""
        for path in found.gone:
            self._finish_deletion(path)
            if path.exists():
                found.damages.append(DamagedFileError(path, "is the description of a deleted object, and is damaged"))
        is_any_staged = any(path.name.endswith(NEW) for path in found.others)
        for about in found.descriptions.values():
            if is_any_staged:
                self._finish(about)
            self._remove_data(set(about.get("garbage") or ()))

    def _check_data(self, found: Found) -> set[Path]:
        referenced: set[Path] = set()
        seen = set(found.others)
        for about in found.descriptions.values():
            referenced.update(self.root / file for file in about.get("garbage") or ())
            for blob in blobs_of(about):
                path = self._final(blob)
                path = path if path in seen else self.path(blob)
                referenced.add(path)
                what = _stat_damage(path, blob)
                if what:
                    found.damages.append(DamagedFileError(path, what))
        return referenced

    def _check_others(self, found: Found, referenced: set[Path]) -> None:
        damaged = {damage.path for damage in found.damages}
        described = set(found.descriptions) | damaged
        for path in found.others:
            if path in referenced or not path.exists():
                continue
            description = self.description_of(path)
            if path.name.endswith(NEW) and is_reserved(path.name):
                if description not in damaged:
                    _remove(path)  # was never committed
            elif description not in described:
                found.damages.append(DamagedFileError(path, f"has no description ({description.name})"))
            elif description not in damaged and is_reserved(path.name):
                found.damages.append(DamagedFileError(path, f"is not named in its description ({description.name})"))

    def description_of(self, path: Path) -> Path:
        """Return the path of the description to which a data file belongs."""
        relative = path.relative_to(self.root)
        if relative.parts[0] == VERSIONS:
            _versions, account, bucket, _version, *rest = (*relative.parts, "", "", "", "")
            relative = Path(account, bucket, *[part for part in rest if part])
        name = _DATA.sub("", relative.name.removesuffix(NEW)) if is_reserved(relative.name) else relative.name
        return self.root / relative.parent / (name + DESCRIPTION)

    def move(self, path: Path, folder: Path) -> None:
        """Move a file to another folder under its path relative to the data directory, without replacing a file there.

        Raises:
            OSError: it could not be moved.
        """
        if path.exists():
            shutil.move(path, self._free(path, folder))

    def copy(self, path: Path, folder: Path) -> None:
        """Copy a file to another folder under its path relative to the data directory, without replacing a file there.

        Raises:
            OSError: it could not be copied.
        """
        if path.exists():
            shutil.copy2(path, self._free(path, folder))

    def _free(self, path: Path, folder: Path) -> Path:
        target = folder / path.relative_to(self.root.parent)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        number = 0
        while target.exists():
            number += 1
            target = target.with_name(f"{path.name}.{number}")
        return target

    def data_beside(self, description: Path) -> list[Path]:
        """Return the data files of an object whose description cannot be read."""
        plain = description.with_name(description.name.removesuffix(DESCRIPTION))
        beside = [path for path in plain.parent.iterdir() if path.is_file() and path != description]
        relative = plain.relative_to(self.root)
        versions = (self.root / VERSIONS / Path(*relative.parts[:2])).glob(f"*/{'/'.join(relative.parts[2:])}")
        return [path for path in beside if self.description_of(path) == description] + list(versions)


def encode(about: Description) -> bytes:
    """Return the file content of a description."""
    text = json.dumps(about)
    return f"{_START}{hashlib.sha256(text.encode()).hexdigest()}{_MIDDLE}{text}}}\n".encode()


def decode(path: Path, content: bytes) -> dict[str, Any]:
    """Parse the file content of a description: ``sha256`` and ``about``, or the format of the first release.

    Raises:
        DamagedFileError: it has another format, or is damaged.
    """
    if not content.strip():
        raise DamagedFileError(path, "is empty")
    try:
        text = content.decode()
        value = parse_json(text)
    except ValueError:
        raise DamagedFileError(path, "is not JSON, or is truncated") from None
    if isinstance(value, dict) and "about" in value:
        written = text[len(_START) + 64 + len(_MIDDLE) : -2]
        if hashlib.sha256(written.encode()).hexdigest() != value.get("sha256"):
            raise DamagedFileError(path, "was modified: its checksum differs")
        return value
    if not isinstance(value, dict) or not (value.get("is_delete_marker") or {"etag", "size"} <= value.keys()):
        raise DamagedFileError(path, "does not describe an object")
    return value


def _is_of_a_tool(path: Path) -> bool:
    return any(fnmatch.fnmatchcase(path.name, pattern) for pattern in _OF_TOOLS)


def _only_version(value: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the version of a description of the first release that has no list of versions."""
    if value.get("is_delete_marker"):
        marker = {"version_id": value.get("version_id") or "null", "last_modified": value.get("last_modified") or ""}
        return [{**marker, "etag": "", "size": 0, "is_latest": True, "is_delete_marker": True}]
    if not value.get("version_id"):
        return []
    return [{name: kept for name, kept in value.items() if name not in {"key", *_BY_VERSION}} | {"is_latest": True}]


def _files_of(about: Description | None) -> set[str]:
    """Return the files of a description, which are no longer needed after a replacement that does not name them."""
    return set() if about is None else {blob["file"] for blob in blobs_of(about)} | set(about.get("garbage") or ())


def _compare(path: Path, blob: Blob, content: bytes) -> None:
    what = _size_damage(len(content), blob)
    digests = {"sha256": hashlib.sha256, "md5": hashlib.md5}
    differs = any(make(content).hexdigest() != blob[name] for name, make in digests.items() if name in blob)
    if what or differs:
        raise DamagedFileError(path, what or "was modified: its checksum differs")


def _stat_damage(path: Path, blob: Blob) -> str:
    try:
        status = path.stat()
        return _size_damage(status.st_size, blob) if stat.S_ISREG(status.st_mode) else "is no file"
    except (FileNotFoundError, NotADirectoryError):
        return "is missing"
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def _size_damage(size: int, blob: Blob) -> str:
    expected = blob.get("size")
    return "" if expected is None or size == expected else f"has {size} bytes instead of {expected}"


def _bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _make_folder(folder: Path) -> None:
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for made in missing:
        flush_folder(made.parent)


def flush_folder(folder: Path) -> None:
    """Flush the file names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        flush(descriptor, folder)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
