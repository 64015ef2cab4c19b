"""Tests of when the web client is built, and of the messages if the build fails."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from local.embedded.environment import DataDirectory
from local.web.build import WebBuild, digest
from local.web.folder import WebFolder
from ops.installation.leftovers import delete_leftovers
from tests.helpers.damage import DAMAGES, damage

if TYPE_CHECKING:
    from pathlib import Path

VITE = """
import {{ mkdirSync, writeFileSync, appendFileSync }} from 'node:fs';
const folder = process.argv[process.argv.indexOf('--outDir') + 1];
appendFileSync('{count}', 'x');
{failure}
mkdirSync(folder, {{ recursive: true }});
writeFileSync(`${{folder}}/index.html`, 'built');
"""


class Sources:
    """The sources of a client with a minimal Vite."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._count = path.parent / "builds"
        for name in (
            "index.html",
            "package.json",
            "package-lock.json",
            "tsconfig.json",
            "vite.config.ts",
            "src/main.ts",
        ):
            self.write(name, name)
        self.write_vite()
        self.write("node_modules/.runtime", "")

    def write(self, name: str, text: str) -> None:
        """Write one file."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def write_vite(self, failure: str = "") -> None:
        """Make the builder; it fails if a failure is given."""
        self.write("node_modules/package.json", '{"type": "module"}')
        self.write("node_modules/vite/bin/vite.js", VITE.format(count=self._count, failure=failure))

    @property
    def builds(self) -> int:
        """Return the number of builds."""
        return len(self._count.read_text(encoding="utf-8")) if self._count.exists() else 0


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    return Sources(tmp_path / "web")


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return DataDirectory(tmp_path / "local")


def build(directory: DataDirectory, sources: Sources) -> tuple[bool, str]:
    """Build; return whether the client exists, and the messages."""
    said: list[str] = []
    web = WebBuild(directory, sources.path)
    web.start()
    return web.finish(say=said.append), "\n".join(said)


def test_it_is_built_once_for_each_state_of_its_sources(directory: DataDirectory, sources: Sources) -> None:
    assert build(directory, sources)[0]
    assert build(directory, sources)[0]
    assert sources.builds == 1
    before = WebFolder.of(directory).site.resolve()

    sources.write("src/main.ts", "changed")
    assert build(directory, sources)[0]

    assert sources.builds == 2
    assert WebFolder.of(directory).site.resolve() != before
    assert (WebFolder.of(directory).site / "index.html").read_text(encoding="utf-8") == "built"


def test_two_backends_of_one_checkout_share_a_build(tmp_path: Path, sources: Sources) -> None:
    assert all(build(DataDirectory(tmp_path / name), sources)[0] for name in ("one", "two"))

    assert sources.builds == 1


def test_a_failure_is_reported_with_the_path_of_its_log(directory: DataDirectory, sources: Sources) -> None:
    sources.write_vite("console.error('src/main.ts: no such thing'); process.exit(1);")

    is_there, said = build(directory, sources)

    assert not is_there
    assert "everything else works" in said
    assert str(directory.logs / "web.log") in said
    assert "no such thing" in (directory.logs / "web.log").read_text(encoding="utf-8")
    assert "could not be built" in WebFolder.of(directory).trouble.read_text(encoding="utf-8")


def test_a_failed_build_is_tried_again_and_its_error_removed(directory: DataDirectory, sources: Sources) -> None:
    sources.write_vite("process.exit(1);")
    assert not build(directory, sources)[0]
    sources.write_vite()

    is_there, said = build(directory, sources)

    assert is_there
    assert "The web client is not available" not in said  # the notice about the duration is allowed
    assert not WebFolder.of(directory).trouble.exists()


def test_old_builds_are_deleted(directory: DataDirectory, sources: Sources) -> None:
    for number in range(7):
        sources.write("src/main.ts", str(number))
        assert build(directory, sources)[0]
        newest = WebFolder.of(directory).site.resolve()
        os.utime(newest, (number, number))

    left = [path for path in (sources.path / "dist").iterdir() if path.is_dir()]
    assert newest in left
    assert len(left) == 4


def test_clean_recognizes_builds(directory: DataDirectory, sources: Sources, tmp_path: Path) -> None:
    assert build(directory, sources)[0]
    root = tmp_path / "checkout"
    shutil.copytree(sources.path / "dist", root / "web" / "dist")
    assert delete_leftovers(root) == []
    assert not (root / "web" / "dist").exists()


def test_the_digest_covers_names_and_contents(sources: Sources) -> None:
    before = digest(sources.path)
    (sources.path / "src" / "main.ts").rename(sources.path / "src" / "other.ts")
    assert digest(sources.path) != before


@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize("name", ["site", "trouble.txt", "."])
def test_a_damaged_client_folder_is_replaced(name: str, how: str, directory: DataDirectory, sources: Sources) -> None:
    assert build(directory, sources)[0]
    damage(directory.root / "web" / name, how)
    assert build(directory, sources)[0]
    assert (WebFolder.of(directory).site / "index.html").read_text(encoding="utf-8") == "built"
    assert not WebFolder.of(directory).trouble.exists()
    assert sources.builds == 1


@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize("name", ["{}", "{}/index.html", "{}.sha256", ".lock"])
def test_a_damaged_build_is_replaced(name: str, how: str, directory: DataDirectory, sources: Sources) -> None:
    assert build(directory, sources)[0]
    built = digest(sources.path)
    damage(sources.path / "dist" / name.format(built), how)
    assert build(directory, sources)[0]
    assert (WebFolder.of(directory).site / "index.html").read_text(encoding="utf-8") == "built"
    assert sources.builds == (1 if name == ".lock" else 2)
    assert build(directory, sources)[0]
    assert sources.builds == (1 if name == ".lock" else 2)


def test_old_builds_are_deleted_with_their_metadata(directory: DataDirectory, sources: Sources) -> None:
    for number in range(6):
        sources.write("src/main.ts", str(number))
        assert build(directory, sources)[0]
    names = {path.name.removesuffix(".sha256") for path in (sources.path / "dist").iterdir()} - {".lock"}
    assert len(names) == 4


def test_the_log_is_readable_by_its_owner_only(directory: DataDirectory, sources: Sources) -> None:
    assert build(directory, sources)[0]
    assert (directory.logs / "web.log").stat().st_mode & 0o077 == 0
