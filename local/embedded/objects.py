"""Durable S3 objects: written to the disk before they are acknowledged, and verified when they are read.

MiniStack 1.5.33 reports success after a failed write, writes bytes and description separately, and reads a missing file
as an empty object. Here, a call changes memory, notes the changed objects, and writes them at its end; if that fails,
the objects are reloaded from the disk, and the caller gets ``InternalError``. Events of a call are sent after it has
been written.

Uses these internal names of MiniStack (pinned): those of ``services.s3`` in `_NAMES`. Can be removed when MiniStack
reports failed writes and verifies what it reads.
"""

from __future__ import annotations

import contextvars
import logging
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import Element, SubElement, fromstring, tostring

from local.embedded.durable_files import DamagedFileError, NotWrittenError
from local.embedded.object_files import DESCRIPTION, Blob, Description, ObjectFiles, blobs_of, flush_folder, is_reserved

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.embedded.emulator import Emulator
    from local.embedded.state_files import Inventory

logger = logging.getLogger(__name__)

_NAMES: Final = (
    *("_buckets", "_object_versions", "_object_tags", "_object_acl", "_object_annotations", "_object_retention"),
    *(
        "_object_legal_hold",
        "_multipart_uploads",
        "_completed_multipart_uploads",
        "_dispatch",
        "_error",
        "_delete_bucket",
    ),
    *("_fire_s3_event_async", "_persist_object", "_persist_delete_marker", "_persist_version_state", "_read_body"),
    *("_persist_displaced_version", "_delete_version_file", "_version_body", "_preserve_null_version"),
    *("_delete_persisted_object", "_delete_persisted_bucket", "_version_entry_from_record", "_object_disk_path"),
    *("_object_record_from_version", "_plain_path_key", "get_account_id", "now_iso", "S3_PERSIST", "DATA_DIR"),
)
_STORES: Final = {
    "tags": "_object_tags",
    "acl": "_object_acl",
    "annotations": "_object_annotations",
    "retention": "_object_retention",
    "legal_hold": "_object_legal_hold",
}
"""Data of an object or a version: MiniStack's stores by the name in a description."""
_FAILED: Final = 400

Owner = tuple[str, str, str]
"""Account, bucket, key."""
Response = tuple[int, dict[str, str], bytes]


@dataclass(slots=True)
class _Call:
    """The changes of a request."""

    changed: dict[Owner, None] = field(default_factory=dict)
    events: list[tuple[tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)


class DurableObjects:
    """Replaces MiniStack's own object storage; create it before S3 is used.

    Args:
        emulator: MiniStack.
        folder: the folder of the objects.
        inventory: the required files; the folder of each bucket is added to it.

    Raises:
        RuntimeError: MiniStack is not the pinned version.
    """

    def __init__(self, emulator: Emulator, folder: Path, inventory: Inventory | None = None) -> None:
        self._s3: Any = _imported(emulator)
        self._s3.DATA_DIR = str(folder)
        self._folder = folder
        self._inventory = inventory
        self._files = ObjectFiles(folder)
        self._call: contextvars.ContextVar[_Call | None] = contextvars.ContextVar("call of S3", default=None)
        self._do: Callable[..., Response] = self._s3._dispatch  # noqa: SLF001 - pinned
        self._fire: Callable[..., None] = self._s3._fire_s3_event_async  # noqa: SLF001 - pinned
        self._delete_bucket: Callable[[str], Any] = self._s3._delete_bucket  # noqa: SLF001 - pinned
        self._owners: dict[str, tuple[Owner, str | None]] = {}
        self._hook()
        self._damages: list[DamagedFileError] = []
        self.load()

    def check(self) -> list[DamagedFileError]:
        """Return the damage that `load` has found and that has not been set aside."""
        return list(self._damages)

    # --- replacements of MiniStack's functions --------------------------------------------------

    def _hook(self) -> None:
        module = self._s3
        entry_of, record_of = module._version_entry_from_record, module._object_record_from_version  # noqa: SLF001
        is_plain = module._plain_path_key  # noqa: SLF001

        def entry_with_blob(record: dict[str, Any], version_id: str, data: bytes | None) -> dict[str, Any]:
            return {**entry_of(record, version_id, data), "blob": record.get("blob")}

        def record_with_blob(version: dict[str, Any]) -> dict[str, Any]:
            return {**record_of(version), "blob": version.get("blob"), "parts": version.get("parts")}

        def preserve_null_version(
            _bucket: str, _key: str, versions: list[dict[str, Any]], prior: dict[str, Any] | None
        ) -> None:
            is_there = any(version["version_id"] == "null" for version in versions)
            if prior is not None and not prior.get("version_id") and not is_there:
                versions.append(entry_with_blob(prior, "null", prior.get("body")))

        replacements: dict[str, Any] = {
            "_dispatch": self._dispatch,
            "_fire_s3_event_async": self._fire_later,
            "_read_body": self._read_body,
            "_version_body": self._version_body,
            "_version_entry_from_record": entry_with_blob,
            "_object_record_from_version": record_with_blob,
            "_preserve_null_version": preserve_null_version,
            "_plain_path_key": lambda key: is_plain(key) and not any(map(is_reserved, key.split("/"))),
            "_delete_persisted_bucket": self._delete_folders,
        }
        for name in ("_persist_object", "_persist_delete_marker", "_persist_version_state"):
            replacements[name] = self._changed
        for name in ("_persist_displaced_version", "_delete_version_file", "_delete_persisted_object"):
            replacements[name] = self._changed
        for name, function in replacements.items():
            setattr(module, name, function)

    def _changed(self, bucket: str, key: str, *_more: Any) -> None:  # noqa: ANN401 - of several functions
        """Note that an object has changed; outside of a request, write it immediately.

        Raises:
            NotWrittenError: it could not be written.
        """
        owner = (self._s3.get_account_id(), bucket, key)
        call = self._call.get()
        if call is not None:
            call.changed[owner] = None
        else:
            self._commit(owner)

    def _dispatch(
        self, method: str, bucket: str, key: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> Response:
        call = _Call()
        token = self._call.set(call)
        uploads, done = self._s3._multipart_uploads, self._s3._completed_multipart_uploads  # noqa: SLF001 - pinned
        upload_id = self._s3._qp(query, "uploadId") if method == "POST" and key else ""  # noqa: SLF001 - pinned
        upload = uploads.get(upload_id)
        try:
            answer = self._answer(call, (method, bucket, key, headers, body, query))
        except (NotWrittenError, DamagedFileError) as error:
            for owner in call.changed:
                self._reload(owner)
            if upload is not None:
                uploads[upload_id] = upload
                done.pop(upload_id, None)
            logger.error("%s", error)  # noqa: TRY400 - the sentence says it all
            remedy = (
                " Put it back from a copy, or write the object again." if isinstance(error, DamagedFileError) else ""
            )
            place = f"/{bucket}/{key}".rstrip("/")
            refused: Response = self._s3._error("InternalError", f"{error}{remedy}", 500, place)  # noqa: SLF001 - pinned
            return refused
        finally:
            self._call.reset(token)
        return answer

    def _answer(self, call: _Call, request: tuple[str, str, str, dict[str, str], bytes, dict[str, Any]]) -> Response:
        method, bucket, key, _headers, _body, query = request
        if method == "PUT" and not key and not query:
            answer = self._create_bucket(bucket, lambda: self._do(*request))
        else:
            answer = self._do(*request)
        if key and method in {"PUT", "POST"}:
            self._note_more(call, bucket, key, query, failed=answer[0] >= _FAILED)
        failures = self._commit_all(call)
        if failures and method == "POST" and not key and "delete" in query:
            answer = (answer[0], answer[1], _with_errors(answer[2], {owner[2]: failures[owner] for owner in failures}))
        elif failures:
            raise next(iter(failures.values()))
        for positional, named in call.events:
            if all(owner[1:] != positional[:2] for owner in failures):
                self._fire(*positional, **named)
        return answer

    def _create_bucket(self, bucket: str, create: Callable[[], Response]) -> Response:
        """Create a bucket and its folder; MiniStack adds the bucket to memory before it creates the folder.

        Raises:
            NotWrittenError: the folder could not be created.
        """
        was_there = bucket in self._s3._buckets  # noqa: SLF001 - pinned
        folder = self._folder / self._s3.get_account_id() / bucket
        try:
            answer = create()
            if not was_there and answer[0] < _FAILED:
                self._expect(folder)
        except OSError as error:
            if not was_there:
                self._delete_bucket(bucket)
            raise NotWrittenError(folder, error) from None
        return answer

    def _expect(self, folder: Path) -> None:
        """Add a bucket's folder to the inventory.

        Raises:
            OSError: this could not be written.
        """
        flush_folder(folder.parent)
        if self._inventory is not None:
            self._inventory.add(folder)

    def _note_more(self, call: _Call, bucket: str, key: str, query: dict[str, Any], *, failed: bool) -> None:
        """Note changes that MiniStack does not write: locks, and changes in memory before a refusal."""
        owner = (self._s3.get_account_id(), bucket, key)
        if failed:
            current = self._record(owner)
            if current is not None and current.get("blob") is None:
                self._reload(owner)
        elif {"retention", "legal-hold"} & query.keys():
            call.changed[owner] = None

    def _fire_later(self, *positional: Any, **named: Any) -> None:  # noqa: ANN401 - as the function it replaces
        call = self._call.get()
        if call is None:
            self._fire(*positional, **named)
        else:
            call.events.append((positional, named))

    def _delete_folders(self, bucket: str) -> None:
        folder = self._folder / self._s3.get_account_id() / bucket
        try:
            if self._inventory is not None:
                self._inventory.remove(folder)
        except OSError:  # an empty folder may stay
            logger.warning("%s could not be removed", folder)
        else:
            self._files.remove_folders(folder)

    # --- reading --------------------------------------------------------------------------------

    def _read_body(self, _bucket: str, _key: str, record: dict[str, Any]) -> bytes:
        body: bytes | None = record.get("body")
        return self._read(record) if body is None else body

    def _version_body(
        self, bucket: dict[str, Any], bucket_name: str, key: str, version: dict[str, Any]
    ) -> bytes | None:
        data: bytes | None = version.get("data")
        if data is not None or version.get("blob") is not None:
            return self._read(version) if data is None else data
        current = bucket["objects"].get(key)
        if current is not None and (current.get("version_id") or "null") == version["version_id"]:
            return self._read_body(bucket_name, key, current)
        return None

    def _read(self, record: dict[str, Any]) -> bytes:
        """Return the bytes of a version from its file.

        Raises:
            DamagedFileError: they are missing or damaged.
        """
        return self._files.read(record["blob"])

    # --- writing --------------------------------------------------------------------------------

    def _commit_all(self, call: _Call) -> dict[Owner, NotWrittenError]:
        failures: dict[Owner, NotWrittenError] = {}
        for owner in call.changed:
            try:
                self._commit(owner)
            except NotWrittenError as error:
                failures[owner] = error
        return failures

    def _commit(self, owner: Owner) -> None:
        """Write an object's state in memory to the disk, or reload it if that fails.

        Raises:
            NotWrittenError: the disk is unchanged, and memory agrees with it again.
        """
        description = self._description(owner)
        staged: list[Blob] = []
        try:
            self._stage(owner, description, staged)
            self._files.commit(description, self._about(owner))
        except OSError as error:
            self._files.discard(staged, description)
            self._reload(owner)
            raise NotWrittenError(description, error) from None
        for record in self._records(owner):
            record.update(dict.fromkeys({"body", "data"} & record.keys()))  # the bytes are on the disk now

    def _stage(self, owner: Owner, description: Path, staged: list[Blob]) -> None:
        current = self._record(owner)
        by_version = {} if current is None else {current.get("version_id") or "null": current}
        for record in self._records(owner):
            if record.get("blob") is not None:
                continue
            same = by_version.get(record.get("version_id") or "null")
            if same is not None and same is not record:
                record["blob"] = same["blob"]  # the newest version is the object itself
                continue
            content = record["body"] if record is current else record["data"]
            record["blob"] = self._files.stage(description, content)
            staged.append(record["blob"])

    def _records(self, owner: Owner) -> list[dict[str, Any]]:
        """Return the object and all its versions with bytes, the object first."""
        current = self._record(owner)
        versions = [version for version in self._versions(owner) if not version.get("is_delete_marker")]
        return versions if current is None else [current, *versions]

    def _about(self, owner: Owner) -> Description | None:
        current, versions = self._record(owner), self._versions(owner)
        if current is None and not versions:
            return None
        _account, _bucket, key = owner
        return {
            "key": key,
            "object": None if current is None else _written(current),
            "versions": [_written(version) for version in versions],
            **{name: found for name, found in self._belongings(owner).items() if found},
        }

    def _belongings(self, owner: Owner) -> dict[str, dict[str, Any]]:
        """Return tags, ACLs and other data by name and version."""
        account, *place = owner
        found: dict[str, dict[str, Any]] = {}
        for name, store in _STORES.items():
            data = getattr(self._s3, store)._data  # noqa: SLF001 - pinned
            keys = {version: (account, (*place, version)) for version in self._version_ids(owner)}
            found[name] = {version or "": data[key] for version, key in keys.items() if key in data}
        return found

    def _version_ids(self, owner: Owner) -> list[str | None]:
        current = self._record(owner)
        ids = [None, *(version["version_id"] for version in self._versions(owner))]
        return list(dict.fromkeys([*ids, None if current is None else current.get("version_id")]))

    # --- memory ---------------------------------------------------------------------------------

    def _record(self, owner: Owner) -> dict[str, Any] | None:
        account, bucket, key = owner
        found = self._s3._buckets._data.get((account, bucket))  # noqa: SLF001 - pinned
        record: dict[str, Any] | None = None if found is None else found["objects"].get(key)
        return record

    def _versions(self, owner: Owner) -> list[dict[str, Any]]:
        account, *place = owner
        return self._s3._object_versions._data.get((account, tuple(place))) or []  # noqa: SLF001 - pinned

    def _description(self, owner: Owner) -> Path:
        account, bucket, key = owner
        path = Path(self._s3._object_disk_path(bucket, key, account))  # noqa: SLF001 - pinned
        return path.with_name(path.name + DESCRIPTION)

    def _reload(self, owner: Owner) -> None:
        """Reload an object from the disk into memory."""
        description = self._description(owner)
        about = None
        try:
            about = self._files.read_description(description)
        except (DamagedFileError, OSError):
            logger.exception("%s cannot be read; until it can, the object is not there", description)
        self._forget(owner)
        if about is not None:
            self._install(owner, about)

    def _forget(self, owner: Owner) -> None:
        account, bucket, key = owner
        for store in _STORES.values():
            for version in self._version_ids(owner):
                getattr(self._s3, store)._data.pop((account, (bucket, key, version)), None)  # noqa: SLF001 - pinned
        found = self._s3._buckets._data.get((account, bucket))  # noqa: SLF001 - pinned
        if found is not None:
            found["objects"].pop(key, None)
        self._s3._object_versions._data.pop((account, (bucket, key)), None)  # noqa: SLF001 - pinned

    def _install(self, owner: Owner, about: Description) -> None:
        account, bucket, key = owner
        place = {"created": self._s3.now_iso(), "objects": {}, "region": None}
        found = self._s3._buckets._data.setdefault((account, bucket), place)  # noqa: SLF001 - pinned
        if about["object"] is not None:
            found["objects"][key] = {**about["object"], "body": None}
        if about["versions"]:
            versions = [{**version, "data": None} for version in about["versions"]]
            self._s3._object_versions._data[(account, (bucket, key))] = versions  # noqa: SLF001 - pinned
        for name, store in _STORES.items():
            for version, value in (about.get(name) or {}).items():
                identity = None if version in {"", "null"} else version
                getattr(self._s3, store)._data[(account, (bucket, key, identity))] = value  # noqa: SLF001 - pinned

    # --- start ----------------------------------------------------------------------------------

    def load(self) -> None:
        """Load all objects from the disk into memory."""
        self._owners.clear()
        for bucket_record in self._s3._buckets._data.values():  # noqa: SLF001 - pinned
            bucket_record["objects"].clear()
        for name in ("_object_versions", *_STORES.values()):
            getattr(self._s3, name)._data.clear()  # noqa: SLF001 - pinned
        found = self._files.scan()
        for path, about in found.descriptions.items():
            account, bucket, *_rest = path.relative_to(self._files.root).parts
            owner = (account, bucket, about["key"])
            self._install(owner, about)
            for blob in blobs_of(about) if found.damages else ():
                self._owners[str(self._files.path(blob))] = (owner, blob["file"])
        self._damages = found.damages
        if self._inventory is not None:
            with suppress(DamagedFileError, OSError):  # the check of the inventory reports it
                for account, bucket in {path.relative_to(self._files.root).parts[:2] for path in found.descriptions}:
                    self._inventory.add(self._folder / account / bucket)

    # --- repair ---------------------------------------------------------------------------------

    def set_aside(self, damage: DamagedFileError, folder: Path) -> None:
        """Move damaged files to a folder under their path relative to the data directory; keep everything else.

        If a version of an object is damaged, only this version is removed; the previous one replaces it.

        Args:
            damage: an item from `check`.
            folder: outside of the folder of objects.

        Raises:
            OSError: a file could not be moved.
            NotWrittenError: the description could not be written.
        """
        owner, file = self._owners.get(str(damage.path), (None, None))
        if owner is None:
            if damage.path.name.endswith(DESCRIPTION):
                for path in self._files.data_beside(damage.path):
                    self._files.move(path, folder)
            self._files.move(damage.path, folder)
        else:
            self._files.copy(self._description(owner), folder)
            self._files.move(damage.path, folder)
            self._drop(owner, file)
        self._damages.remove(damage)

    def _drop(self, owner: Owner, file: str | None) -> None:
        """Remove the versions whose bytes were in a file."""
        account, bucket, key = owner
        objects = self._s3._buckets._data[(account, bucket)]["objects"]  # noqa: SLF001 - pinned
        versions = self._versions(owner)
        dropped = [version for version in versions if (version.get("blob") or {}).get("file") == file]
        for version in dropped:
            versions.remove(version)
            for store in _STORES.values():
                identity = None if version["version_id"] == "null" else version["version_id"]
                getattr(self._s3, store)._data.pop((account, (bucket, key, identity)), None)  # noqa: SLF001 - pinned
        for version in versions:
            version["is_latest"] = version is versions[-1]
        current = objects.get(key)
        if current is not None and current["blob"]["file"] == file:
            del objects[key]
            if versions and not versions[-1].get("is_delete_marker"):
                objects[key] = self._s3._object_record_from_version(versions[-1])  # noqa: SLF001 - pinned
        if key not in objects and not versions:
            self._forget(owner)
        self._commit(owner)


def _imported(emulator: Emulator) -> Any:  # noqa: ANN401 - MiniStack's own untyped module
    """Import S3 without loading objects: it would treat every file as an object.

    Raises:
        RuntimeError: MiniStack is not the pinned version.
    """
    wanted = os.environ.get("S3_PERSIST", "")
    os.environ["S3_PERSIST"] = "0"
    try:
        module: Any = emulator.module_of("s3")
    finally:
        os.environ["S3_PERSIST"] = wanted
    for name in _NAMES:
        if not hasattr(module, name):
            msg = f"MiniStack's s3 module has no {name}: it is not the pinned version"
            raise RuntimeError(msg)
    module.S3_PERSIST = True
    return module


def _written(record: dict[str, Any]) -> dict[str, Any]:
    """Return the stored fields of an object or a version: all but its bytes and MiniStack's internal fields."""
    return {name: value for name, value in record.items() if name not in {"body", "data"} and name[0] != "_"}


def _with_errors(answer: bytes, failures: dict[str, NotWrittenError]) -> bytes:
    """Return the response of DeleteObjects with these keys as errors instead of deletions."""
    root = fromstring(answer)  # noqa: S314 - MiniStack's own
    space = root.tag.partition("}")[0] + "}" if root.tag.startswith("{") else ""
    result = Element("DeleteResult", xmlns=space.strip("{}"))
    for child in root:
        if child.tag == f"{space}Deleted" and child.findtext(f"{space}Key") in failures:
            continue
        copied = SubElement(result, child.tag.removeprefix(space))
        for part in child:
            SubElement(copied, part.tag.removeprefix(space)).text = part.text
    for key, error in failures.items():
        failed = SubElement(result, "Error")
        for name, text in (("Key", key), ("Code", "InternalError"), ("Message", str(error))):
            SubElement(failed, name).text = text
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(result)
