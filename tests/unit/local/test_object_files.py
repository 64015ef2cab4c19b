"""Tests of the files of S3's objects: kills at every step, a full disk, all kinds of damage, and the first release."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from local.embedded.object_files import ObjectFiles, blobs_of
from local.embedded.state_files import Inventory
from local.process import ROOT
from tests.unit.local.test_objects import Bucket, enable_versions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from tests.unit.local.conftest import Embedded

CHILDREN = """
import asyncio, json, os, signal, sys
from pathlib import Path
from local.embedded.credentials import RunCredentials
from local.embedded.environment import DataDirectory, prepare

root = Path(sys.argv[1])
prepare(DataDirectory(root / "unused"), 1, RunCredentials.generate())
os.environ["AUTH"] = "false"
from local.embedded.emulator import Emulator
from local.embedded.objects import DurableObjects
from local.embedded.object_files import blobs_of

emulator = Emulator()
emulator.module_of("s3")

def ask(method, path, body=b"", **query):
    listed = {name: [text] for name, text in query.items()}
    answer = asyncio.run(emulator.call("s3", method, path, body=body, query=listed, region="us-east-1"))
    assert answer.status < 300, (method, path, answer.status, answer.body)
    return answer

def opened(folder):
    return DurableObjects(emulator, folder)

def state(objects):
    found = {}
    for path, about in objects._files.scan().descriptions.items():
        read = lambda record: objects._files.read(record["blob"]).decode()
        versions = [None if v.get("is_delete_marker") else read(v) for v in about["versions"]]
        tags = sorted(about.get("tags", {}).values(), key=str)
        found[path.name] = [about["object"] and read(about["object"]), versions, tags]
    return found

VERSIONING = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
TAGS = b"<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"

def versions():
    return emulator.module_of("s3")._object_versions.get(("bkt", "v"))

OPERATIONS = [
    lambda: ask("PUT", "/bkt/one", b"first"),
    lambda: ask("PUT", "/bkt/one", b"second"),
    lambda: ask("PUT", "/bkt/one", TAGS, tagging=""),
    lambda: ask("DELETE", "/bkt/one"),
    lambda: ask("PUT", "/bkt/one", b"third"),
    lambda: ask("PUT", "/bkt/v", b"before"),
    lambda: ask("PUT", "/bkt", VERSIONING, versioning="") and ask("PUT", "/bkt/v", b"1"),
    lambda: ask("PUT", "/bkt/v", b"2"),
    lambda: ask("DELETE", "/bkt/v"),
    lambda: ask("DELETE", "/bkt/v", versionId=versions()[-1]["version_id"]),
    lambda: ask("DELETE", "/bkt/v", versionId=versions()[-1]["version_id"]),
    lambda: ask("PUT", "/bkt/folder/deep/three", b"3"),
]

def work(folder, wanted, acknowledged):
    steps = 0
    def watch(owner, name):
        inner = getattr(owner, name)
        def watched(*arguments, **options):
            nonlocal steps
            steps += 1
            if steps == wanted:
                os.kill(os.getpid(), signal.SIGKILL)
            return inner(*arguments, **options)
        setattr(owner, name, watched)
    for name in ("pwrite", "fsync", "mkdir", "open"):
        watch(os, name)
    for name in ("replace", "rename", "unlink"):
        watch(Path, name)
    objects = opened(folder)
    ask("PUT", "/bkt")
    for number, operation in enumerate(OPERATIONS, 1):
        operation()
        with open(acknowledged, "w") as file:
            file.write(str(number))
        if not wanted:
            (acknowledged.parent / f"state-{number}").write_text(json.dumps(state(objects)))
    return steps

def read(folder, result):
    objects = opened(folder)
    damages = [str(damage) for damage in objects.check()]
    used = {str(objects._files.path(b)) for a in objects._files.scan().descriptions.values() for b in blobs_of(a)}
    used |= {str(path) for path in objects._files.scan().descriptions}
    everything = [str(path) for path in folder.rglob("*") if path.is_file()]
    left = [path for path in everything if path not in used or path.endswith(".new")]
    result.write_text(json.dumps([damages, left, state(objects)]))

def fork(function, *arguments):
    child = os.fork()
    if not child:
        try:
            function(*arguments)
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(3)
        os._exit(0)
    return os.waitpid(child, 0)[1]

for wanted in range(0, 10_000):
    place = root / str(wanted)
    place.mkdir()
    (place / "acknowledged").write_text("0")
    died = fork(work, place / "objects", wanted, place / "acknowledged")
    assert died in (0, signal.SIGKILL), died
    assert fork(read, place / "objects", place / "result") == 0
    if wanted and not died:
        break
"""
"""A program that performs all operations, dies at one step, and records what a new process finds."""


def test_a_process_killed_at_any_step_leaves_each_object_before_or_after_the_change(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CHILDREN, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    rounds = sorted((path for path in tmp_path.iterdir() if path.name.isdigit()), key=lambda path: int(path.name))
    states = [{}, *(json.loads((rounds[0] / f"state-{number}").read_text()) for number in range(1, 13))]
    assert len(rounds) > 100, "too few steps for twelve operations"
    for place in rounds:
        number = int((place / "acknowledged").read_text())
        damages, left, found = json.loads((place / "result").read_text())
        assert damages == [], place
        assert left == [], place
        assert found in states[number : number + 2], f"step {place.name}, after operation {number}"


FILLING = """
import asyncio, os, sys
from pathlib import Path
from local.embedded.credentials import RunCredentials
from local.embedded.environment import DataDirectory, prepare

root = Path(sys.argv[1])
prepare(DataDirectory(root / "unused"), 1, RunCredentials.generate())
os.environ["AUTH"] = "false"
from local.embedded.emulator import Emulator
from local.embedded.objects import DurableObjects

emulator = Emulator()
folder = root / "disk" / "objects"

def ask(method, path, body=b""):
    return asyncio.run(emulator.call("s3", method, path, body=body, region="us-east-1"))

objects = DurableObjects(emulator, folder)
assert ask("PUT", "/bkt").status == 200
kept = {}
for number in range(1000):
    path, body = f"/bkt/{number % 7}", os.urandom(150_000)
    answer = ask("PUT", path, body)
    if answer.status == 200:
        kept[path] = body
    else:
        assert answer.status == 500 and b"No space left on device" in answer.body, answer.body
        if number > 30:
            break
assert number < 999 and len(kept) < 7, (number, len(kept))
for attempt in ("in memory", "on the disk"):
    assert all(ask("GET", path).body == body for path, body in kept.items()), attempt
    assert ask("GET", path).status == (200 if path in kept else 404), attempt
    objects.load()
    assert objects.check() == []
gone = next(iter(kept))
assert ask("DELETE", gone).status == 204
assert ask("PUT", gone, b"small again").status == 200
objects.load()
assert ask("GET", gone).body == b"small again"
print("refused and kept", len(kept))
"""
"""A program that fills a disk of 700 kB with objects of 150 kB; a new version is written before the old one is deleted.
"""


def test_a_full_disk_loses_no_acknowledged_object(tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    (tmp_path / "disk").mkdir()
    mount = f'mount -t tmpfs -o size=700k tmpfs "{tmp_path}/disk"'
    if unshare is None or subprocess.run([unshare, "-rm", "sh", "-c", mount], check=False).returncode:
        pytest.skip("this machine does not let its users mount a file system of their own")
    command = [unshare, "-rm", "sh", "-c", f'{mount} && exec "$0" "$@"', sys.executable, "-c", FILLING, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "refused and kept" in done.stdout


# --- damage -------------------------------------------------------------------------------------


@pytest.fixture
async def damaged(embedded: Embedded, request: pytest.FixtureRequest) -> AsyncIterator[Bucket]:
    """Yield a bucket with an object of one version and one of three; the bucket is deleted afterwards."""
    bucket = Bucket(embedded, f"damaged-{abs(hash(request.node.name))}")
    assert (await bucket.ask("PUT")).status == 200
    await bucket.put("one", b"the only one")
    await bucket.put("other", b"beside it")
    await bucket.put("v", b"first")
    await enable_versions(bucket)
    for content in (b"second", b"third"):
        await bucket.put("v", content)
    yield bucket
    shutil.rmtree(_folder(bucket))
    shutil.rmtree(embedded.directory.objects / ".versions", ignore_errors=True)
    embedded.objects.load()
    assert (await bucket.ask("DELETE")).status == 204


def _folder(bucket: Bucket) -> Path:
    return bucket.embedded.directory.objects.resolve() / "000000000000" / bucket.name


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


DAMAGES: list[tuple[str, str, Callable[[Path], Any], str]] = [
    ("bytes truncated", "one.*.data", lambda path: path.write_bytes(b"the"), "has 3 bytes instead of 12"),
    (
        "bytes longer",
        "one.*.data",
        lambda path: path.write_bytes(b"the only one and more"),
        "has 21 bytes instead of 12",
    ),
    ("bytes emptied", "one.*.data", lambda path: path.write_bytes(b""), "has 0 bytes instead of 12"),
    ("bytes missing", "one.*.data", lambda path: path.unlink(), "is missing"),
    ("bytes moved", "one.*.data", lambda path: path.rename(path.with_name("elsewhere")), "is missing"),
    ("description missing", "one.meta.json", lambda path: path.unlink(), "has no description (one.meta.json)"),
    ("description empty", "one.meta.json", lambda path: path.write_bytes(b""), "is empty"),
    ("description of spaces", "one.meta.json", lambda path: path.write_bytes(b"  \n"), "is empty"),
    ("description of zeros", "one.meta.json", lambda path: path.write_bytes(bytes(200)), "is not JSON"),
    ("description binary", "one.meta.json", lambda path: path.write_bytes(b"\xff\xfe\x00"), "is not JSON"),
    ("description cut", "one.meta.json", lambda path: path.write_bytes(path.read_bytes()[:-40]), "is not JSON"),
    ("description a list", "one.meta.json", lambda path: path.write_text("[]"), "does not describe an object"),
    ("description foreign", "one.meta.json", lambda path: path.write_text('{"a": 1}'), "does not describe an object"),
    (
        "description changed",
        "one.meta.json",
        lambda path: path.write_text(path.read_text().replace("octet", "octeT")),
        "its checksum differs",
    ),
    (
        "former description",
        "one.meta.json",
        lambda path: path.write_text(json.dumps({"etag": "e", "size": 12, "key": "one"})),
        "one is missing",
    ),
    ("foreign file", "", lambda path: (path / "notes.txt").write_text("?"), "has no description (notes.txt.meta.json)"),
]


@pytest.mark.parametrize(
    ("pattern", "damage", "what"), [case[1:] for case in DAMAGES], ids=[case[0] for case in DAMAGES]
)
async def test_every_kind_of_damage_is_reported_and_can_be_set_aside(
    damaged: Bucket, tmp_path: Path, pattern: str, damage: Callable[[Path], Any], what: str
) -> None:
    folder, objects = _folder(damaged), damaged.embedded.objects
    (path,) = folder.glob(pattern) if pattern else [folder]
    damage(path)
    objects.load()
    found = objects.check()
    assert found
    assert all(str(one).startswith(f"{folder}/") for one in found)
    assert any(what in str(one) for one in found), [str(one) for one in found]
    files = {
        path.relative_to(folder.parent.parent.parent): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    for one in found:
        objects.set_aside(one, tmp_path / "aside")
    assert objects.check() == []
    objects.load()
    assert objects.check() == []
    assert (await damaged.ask("GET", "one")).status == (200 if not pattern else 404)
    assert (await damaged.ask("GET", "other")).body == b"beside it"
    assert (await damaged.ask("GET", "v")).body == b"third"
    kept = {path: content for path, content in files.items() if path.name.startswith(("one", "notes"))}
    if not pattern:
        kept = {path: content for path, content in kept.items() if path.name == "notes.txt"}
    for relative, content in kept.items():
        assert (tmp_path / "aside" / relative).read_bytes() == content


@pytest.mark.parametrize(("version", "current"), [(0, b"third"), (1, b"third"), (2, b"second")])
async def test_only_the_damaged_version_of_an_object_is_set_aside(
    damaged: Bucket, tmp_path: Path, version: int, current: bytes
) -> None:
    folder, objects = _folder(damaged), damaged.embedded.objects
    about = ObjectFiles(folder.parent.parent).read_description(folder / "v.meta.json")
    assert about is not None
    damage = folder.parent.parent / about["versions"][version]["blob"]["file"]
    damage.write_bytes(b"")
    objects.load()
    (found,) = objects.check()
    assert found.path == damage
    objects.set_aside(found, tmp_path / "aside")
    objects.load()
    assert objects.check() == []
    assert (await damaged.ask("GET", "v")).body == current
    listed = (await damaged.ask("GET", query="versions&prefix=v")).body
    assert listed.count(b"<Version>") == 2
    assert listed.count(b"<IsLatest>true</IsLatest>") == 1
    assert sorted(path.name for path in (tmp_path / "aside").rglob("v.*")) == [damage.name, "v.meta.json"]


async def test_a_flipped_bit_is_found_when_the_object_is_read(damaged: Bucket) -> None:
    (path,) = _folder(damaged).glob("one.*.data")
    _flip(path)
    damaged.embedded.objects.load()
    assert damaged.embedded.objects.check() == []
    answer = await damaged.ask("GET", "one")
    assert answer.status == 500
    assert f"{path} was modified: its checksum differs" in answer.body.decode()


@pytest.mark.parametrize(
    "name", [".DS_Store", "._one", "._one.meta.json", "one.txt~", ".one.swp", "Thumbs.db", "x.tmp"]
)
async def test_files_of_file_managers_and_editors_are_neither_objects_nor_damage(damaged: Bucket, name: str) -> None:
    (_folder(damaged) / name).write_bytes(b"junk")
    damaged.embedded.objects.load()
    assert damaged.embedded.objects.check() == []
    assert name.encode() not in (await damaged.ask("GET")).body
    assert (_folder(damaged) / name).read_bytes() == b"junk"


@pytest.mark.parametrize(
    "key", ["a/../b", "a//b", "x.meta.json", "y.meta.json.gone", "z.0123456789abcdef.data", "ä b/ö"]
)
async def test_keys_that_are_invalid_file_names_are_stored(damaged: Bucket, key: str) -> None:
    await damaged.put(key, b"content of it")
    damaged.embedded.objects.load()
    assert damaged.embedded.objects.check() == []
    assert (await damaged.ask("GET", key)).body == b"content of it"


async def test_an_object_and_a_folder_of_the_same_name_are_stored_in_either_order(damaged: Bucket) -> None:
    for key in ("a", "a/b", "c/d", "c"):
        await damaged.put(key, key.encode())
    damaged.embedded.objects.load()
    assert damaged.embedded.objects.check() == []
    for key in ("a", "a/b", "c/d", "c"):
        assert (await damaged.ask("GET", key)).body == key.encode()


async def test_a_missing_bucket_folder_is_reported_unless_the_bucket_was_deleted(damaged: Bucket) -> None:
    directory, folder = damaged.embedded.directory, _folder(damaged)
    assert folder not in {damage.path for damage in Inventory(directory).missing()}
    folder.rename(folder.with_name("elsewhere"))
    assert folder in {damage.path.resolve() for damage in Inventory(directory).missing()}
    folder.with_name("elsewhere").rename(folder)
    deleted = Bucket(damaged.embedded, "deleted-again")
    assert (await deleted.ask("PUT")).status == 200
    assert (await deleted.ask("DELETE")).status == 204
    assert not _folder(deleted).exists()
    assert [damage for damage in Inventory(directory).missing() if damage.path.name == deleted.name] == []


# --- the first release --------------------------------------------------------------------------


def _of_first_release(content: bytes, **more: object) -> dict[str, Any]:
    etag = hashlib.md5(content, usedforsecurity=False).hexdigest()
    about = {"etag": f'"{etag}"', "size": len(content), "last_modified": "2026-11-01T00:00:00.000Z"}
    return {"content_type": "text/plain", **about, "metadata": {}, "version_id": None, **more}


def _write_first_release(folder: Path) -> None:
    versions = folder.parent.parent / ".versions" / "000000000000" / folder.name
    entries = [{"version_id": name, **_of_first_release(name.encode(), version_id=name)} for name in ("v1", "v2")]
    marker = {"version_id": "m", "last_modified": "", "etag": "", "size": 0, "is_delete_marker": True}
    objects = {
        "plain": _of_first_release(b"plain", key="plain", tags={"null": {"a": "b"}}),
        "kept": _of_first_release(b"v2", key="kept", version_id="v2", versions=entries),
        "hidden": {"key": "hidden", "is_delete_marker": True, "version_id": "m", "versions": [*entries, marker]},
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, about in objects.items():
        (folder / f"{name}.meta.json").write_text(json.dumps(about))
        (folder / name).write_bytes(b"plain" if name == "plain" else b"v2")
    for name, key in (("v1", "kept"), ("v1", "hidden"), ("v2", "hidden")):
        (versions / name).mkdir(parents=True, exist_ok=True)
        (versions / name / key).write_bytes(name.encode())


async def test_objects_of_the_first_release_are_read_and_migrated(damaged: Bucket) -> None:
    folder, objects = _folder(damaged), damaged.embedded.objects
    _write_first_release(folder)
    objects.load()
    assert objects.check() == []
    assert (await damaged.ask("GET", "plain")).body == b"plain"
    assert b"<Key>a</Key>" in (await damaged.ask("GET", "plain", "tagging")).body
    assert (await damaged.ask("GET", "kept", "versionId=v1")).body == b"v1"
    assert (await damaged.ask("GET", "hidden")).status == 404
    assert (await damaged.ask("GET", "hidden", "versionId=v2")).body == b"v2"
    await damaged.put("kept", b"v3")
    assert (await damaged.ask("DELETE", "hidden", "versionId=m")).status == 204
    objects.load()
    assert objects.check() == []
    assert (await damaged.ask("GET", "kept")).body == b"v3"
    assert (await damaged.ask("GET", "kept", "versionId=v2")).body == b"v2"
    assert (await damaged.ask("GET", "hidden")).body == b"v2"


@pytest.mark.parametrize("kind", ["bytes", "description", "version"])
async def test_damage_of_the_first_release_is_reported(damaged: Bucket, tmp_path: Path, kind: str) -> None:
    folder, objects = _folder(damaged), damaged.embedded.objects
    _write_first_release(folder)
    versions = folder.parent.parent / ".versions" / "000000000000" / folder.name
    lost = {"bytes": folder / "plain", "description": folder / "kept.meta.json", "version": versions / "v1" / "kept"}
    lost[kind].unlink()
    objects.load()
    found = objects.check()
    named = {"bytes": {folder / "plain"}, "description": {folder / "kept", versions / "v1" / "kept"}}
    assert {one.path for one in found} == named.get(kind, {lost[kind]})
    for one in found:
        objects.set_aside(one, tmp_path / "aside")
    objects.load()
    assert objects.check() == []
    expected = (404, b"") if kind == "description" else (200, b"v2")
    answer = await damaged.ask("GET", "kept")
    assert (answer.status, answer.body if answer.status == 200 else b"") == expected


def test_the_damage_report_names_each_file_once() -> None:
    blob = {"file": "a", "size": 1}
    about = {"object": {"blob": blob}, "versions": [{"blob": blob}, {"is_delete_marker": True}]}
    assert blobs_of(about) == [blob]
