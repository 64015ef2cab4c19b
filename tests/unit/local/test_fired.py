"""Tests of the stored times of the last firing: restarts, steps of the clock, a damaged file and a full disk."""

from __future__ import annotations

import json
import os
import stat
import time
from typing import TYPE_CHECKING, Any

import pytest

from local.embedded.events.fired import Fired, Kind
from local.embedded.state_files import read_checked, with_checksum

if TYPE_CHECKING:
    from pathlib import Path

HOUR = 3600.0
KEY = ("000000000000", "us-east-1", "default/one")
OTHER = ("000000000000", "us-east-1", "default/other")


class World:
    """Schedules, and MiniStack's in-memory state of them."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "events" / "fired.json"
        self.schedules: dict[tuple[str, ...], dict[str, Any]] = {KEY: self.schedule()}
        self.moments: dict[tuple[str, ...], float] = {}

    @staticmethod
    def schedule(*, due: float | None = None, changed: float = 0) -> dict[str, Any]:
        return {"Arn": "arn:one", "due": due, "changed": changed}

    def start(self) -> Fired:
        """Start again without MiniStack's in-memory state."""
        self.moments.clear()
        kind = Kind(
            self.moments, lambda: dict(self.schedules), lambda one: one["due"], lambda one: float(one["changed"])
        )
        return Fired(self.file, {"schedules": kind})

    def written(self) -> object:
        return json.loads(read_checked(self.file, "fired"))

    def fire(self, fired: Fired, at: float) -> None:
        self.moments[KEY] = at
        fired.write()


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_times_are_kept_after_a_restart_and_readable_by_the_owner_only(world: World) -> None:
    world.fire(world.start(), 5.5)
    assert stat.S_IMODE(world.file.stat().st_mode) == 0o600
    world.start().look("schedules")
    assert world.moments == {KEY: 5.5}


@pytest.mark.parametrize(("ahead", "is_now"), [(2 * 24 * HOUR, True), (HOUR, True), (5, False), (-5, False)])
def test_a_time_far_in_the_future_becomes_now(world: World, ahead: float, *, is_now: bool) -> None:
    fired = world.start()
    moment = time.time() + ahead
    world.fire(fired, moment)
    fired.look("schedules")
    assert world.moments[KEY] == pytest.approx(time.time() if is_now else moment, abs=2)
    world.start()
    assert world.moments[KEY] == pytest.approx(time.time() if is_now else moment, abs=2), "and is written"


def test_a_schedule_created_again_under_its_name_has_not_fired(world: World) -> None:
    fired = world.start()
    world.fire(fired, 5)
    del world.schedules[KEY]
    fired.look("schedules")
    world.schedules[KEY] = world.schedule(due=1, changed=time.time() + 1)
    world.start().look("schedules")
    assert world.moments == {}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b'{"rules": []}',
        b'{"schedules": {}, "other": []}',
        b'{"schedules": 1}',
        b'{"schedules": [1]}',
        b'{"schedules": [["ab", 1]]}',
        b'{"schedules": [[["a"], "x"]]}',
        b'{"schedules": [[["a"], true]]}',
        b'{"schedules": [[["a"], NaN]]}',
        b'{"schedules": [[[1], 1]]}',
        b"[" * 100_000,
    ],
)
@pytest.mark.parametrize("is_checked", [False, True])
def test_a_damaged_file_is_set_aside_and_due_schedules_do_not_fire_again(
    world: World, caplog: pytest.LogCaptureFixture, content: bytes, *, is_checked: bool
) -> None:
    content = with_checksum("fired", content) if is_checked else content
    world.fire(world.start(), 5)
    last = time.time() - HOUR
    world.file.write_bytes(content)
    os.utime(world.file, (last, last))
    world.schedules = {KEY: world.schedule(due=last - 1), OTHER: world.schedule(due=last + 1)}

    world.start().look("schedules")

    aside = world.file.with_name("fired.json.damaged")
    assert aside.read_bytes() == content
    assert f"{world.file} is " in caplog.text
    assert str(aside) in caplog.text
    assert "arn:one is taken for fired" in caplog.text
    assert world.moments.keys() == {KEY}, "the other was due after the last that fired"
    world.start()
    assert world.moments.keys() == {KEY}, "and is written"


def test_a_modified_time_is_reported_as_damage(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.fire(world.start(), 5)
    world.file.write_bytes(world.file.read_bytes().replace(b", 5]", b", 6]"))
    world.start()
    assert f"{world.file} is damaged: its checksum differs" in caplog.text


def test_without_its_file_due_schedules_do_not_fire_again_but_new_ones_do(world: World) -> None:
    world.fire(world.start(), 5)
    world.file.unlink()
    world.schedules = {
        KEY: world.schedule(due=time.time() - 1),
        OTHER: world.schedule(due=time.time() - 1, changed=time.time() + 1),
    }
    world.start().look("schedules")
    assert world.moments.keys() == {KEY}


def test_a_failed_write_is_logged_and_repeated_later(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fired = world.start()
    with monkeypatch.context() as full:

        def refuse(_descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        full.setattr("os.fsync", refuse)
        world.fire(fired, 5)
    assert f"{world.file} could not be written ([Errno 28] No space left on device)" in caplog.text
    assert world.written() == {"schedules": []}, "the file is whole"
    fired.look("schedules")
    assert world.written() == {"schedules": [[list(KEY), 5]]}


def test_a_fired_schedule_does_not_fire_again_if_its_deletion_was_lost(world: World) -> None:
    """A schedule deletes itself after it has fired; a kill before the deletion is saved restores it."""
    fired = world.start()
    world.fire(fired, 5)
    lost = world.schedules.pop(KEY)
    world.moments.clear()  # as MiniStack does
    fired.write()
    world.schedules[KEY] = lost
    world.start().look("schedules")
    assert world.moments == {KEY: 5}
