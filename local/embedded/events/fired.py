"""Stores when rules and schedules last fired, so that they survive restarts and changes of the clock.

If the clock has been set back, a stored time may be in the future. It is then replaced by the current time; otherwise a
rule of every minute would not fire until the clock has caught up. Steps of less than a minute are waited out, so that a
rule does not fire twice for the same time. After a step forward, a rule fires once, regardless of how many times it
missed, because MiniStack only evaluates the time since the last run.

If the file is missing or damaged, it is unknown whether a one-time schedule has fired. It is considered fired if it was
due before the damaged file was last written, or before this start if there is no file.
"""

from __future__ import annotations

import json
import logging
import math
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from common.json_documents import parse_json
from local.embedded.durable_files import DamagedFileError, write_atomically
from local.embedded.state_files import read_checked, with_checksum

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

logger = logging.getLogger(__name__)

Key = tuple[str, ...]
"""Account, region and name."""
_AHEAD_SECONDS = 60.0
_NAME = "fired"
"""The name of the file's content, stored with its checksum."""


class _ShapeError(Exception):
    """The file has an unexpected structure."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of trigger: rules or schedules."""

    moments: dict[Key, float]
    """When each last fired, in MiniStack's representation."""
    existing: Callable[[], dict[Key, dict[str, Any]]]
    """Returns all current triggers."""
    due: Callable[[dict[str, Any]], float | None]
    """Returns the time of a one-time trigger; None for others."""
    changed: Callable[[dict[str, Any]], float]
    """Returns when a trigger was created or changed."""


class Fired:
    """The times of all kinds, and their file."""

    def __init__(self, file: Path, kinds: dict[str, Kind]) -> None:
        self._file = file
        self._kinds = kinds
        self._lock = threading.Lock()
        self._is_unwritten = False
        self._gone: dict[str, dict[Key, tuple[float, float]]] = {name: {} for name in kinds}
        """Times and creation times of deleted triggers: a trigger exists again if its deletion was not saved."""
        self._gone_before: dict[str, dict[Key, tuple[float, float]]] = {}
        """The same from the file of an earlier process, until it is evaluated."""
        self._made: dict[str, dict[Key, float]] = {name: {} for name in kinds}
        """The creation times of existing triggers that have fired."""
        self._last: dict[str, dict[Key, float]] = {name: {} for name in kinds}
        """When they last fired."""
        self._begun = time.time()
        self._unknown_until: dict[str, float] = {}
        """Kind -> the time before which it is unknown what fired; removed when it is evaluated."""
        self._read()

    def look(self, name: str) -> None:
        """Prepare the times of a kind for MiniStack's comparison with the clock."""
        kind, now = self._kinds[name], time.time()
        existing = kind.existing()
        self._bring_back()
        unknown_until = self._unknown_until.pop(name, None)
        if unknown_until is not None:
            self._assume(kind, existing, min(unknown_until, now))
        for key, moment in list(kind.moments.items()):
            if key not in existing:  # a new trigger with the same name has not fired
                kind.moments.pop(key, None)
                self._is_unwritten = True
            elif moment > now + _AHEAD_SECONDS:
                kind.moments[key] = now
                self._is_unwritten = True
        if self._is_unwritten:
            self.write()

    def _bring_back(self) -> None:
        """Restore the times of triggers whose deletion was not saved, so that they exist again."""
        before, self._gone_before = self._gone_before, {}
        for name, gone in before.items():
            existing = self._kinds[name].existing()
            for key, (moment, made) in gone.items():
                if key in existing and self._kinds[name].changed(existing[key]) == made:
                    self._kinds[name].moments.setdefault(key, moment)

    def write(self) -> None:
        """Write all times; a failure is logged and retried at the next call of `look`."""
        with self._lock:
            moments = {name: self._to_write(name, kind) for name, kind in self._kinds.items()}
            try:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(self._file, with_checksum(_NAME, json.dumps(moments).encode()))
            except OSError as error:
                self._is_unwritten = True
                logger.warning(
                    "%s could not be written (%s): what has just fired may fire again after a restart",
                    self._file,
                    error,
                )
            else:
                self._is_unwritten = False

    def _to_write(self, name: str, kind: Kind) -> list[list[Any]]:
        """Return the times of a kind, including those of deleted triggers."""
        existing, moments, made = kind.existing(), dict(kind.moments), self._made[name]
        for key in moments.keys() & existing.keys():
            made[key] = kind.changed(existing[key])
            self._last[name][key] = moments[key]
        for key in made.keys() - existing.keys():
            self._gone[name][key] = (self._last[name].pop(key), made.pop(key))
        for key in self._gone[name].keys() & existing.keys():  # created again with the same name
            del self._gone[name][key]
        gone = [[list(key), *of_it] for key, of_it in self._gone[name].items()]
        return [
            *([list(key), at] for key, at in moments.items() if key in existing or key not in self._gone[name]),
            *gone,
        ]

    def _read(self) -> None:
        if not self._file.exists():
            self._unknown_until = dict.fromkeys(self._kinds, self._begun)
            self.write()  # so that a missing file at the next start means that it was lost
            return
        try:
            written = _parsed(read_checked(self._file, _NAME, is_of_first_release=False), self._kinds.keys())
        except DamagedFileError as error:
            self._put_aside(error.what)
            return
        except _ShapeError as error:
            self._put_aside(f"is damaged: {error}")
            return
        for name, moments in written.items():
            for key, (moment, *made) in moments.items():
                if made:
                    self._gone_before.setdefault(name, {})[key] = (moment, made[0])
                else:
                    self._kinds[name].moments[key] = moment

    def _put_aside(self, what: str) -> None:
        aside = self._file.with_name(f"{self._file.name}.damaged")
        last = self._begun
        try:
            last = self._file.stat().st_mtime
            self._file.replace(aside)
        except OSError as refused:
            logger.warning("%s could not be kept as %s: %s", self._file, aside, refused)
        self._unknown_until = dict.fromkeys(self._kinds, last)
        logger.error(
            "%s %s. It was kept as %s. Schedules that were due before it was last written are taken for fired; run by "
            "hand what was not.",
            self._file,
            what,
            aside,
        )
        self.write()

    def _assume(self, kind: Kind, existing: dict[Key, dict[str, Any]], until: float) -> None:
        """Consider all triggers fired at the last time at which they may have fired."""
        for key, one in existing.items():
            due = kind.due(one)
            is_new = kind.changed(one) >= self._begun
            if is_new or key in kind.moments or (due is not None and due > until):
                continue
            kind.moments[key] = until
            self._is_unwritten = True
            if due is not None:
                logger.warning("%s is taken for fired: whether it was is not known", one.get("Arn"))


def _parsed(content: bytes, names: object) -> dict[str, dict[Key, list[float]]]:
    try:
        written = parse_json(content)
        if not isinstance(written, dict) or written.keys() != names:
            raise _ShapeError("it is not what was written there")
        return {name: {_key(key): _moments(at) for key, *at in moments} for name, moments in written.items()}
    except (ValueError, TypeError) as error:
        raise _ShapeError(str(error)) from None


def _key(value: object) -> Key:
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise _ShapeError("a name in it is none")
    return tuple(value)


def _moments(values: list[object]) -> list[float]:
    """Return when something fired and, if it was deleted, when it was created."""
    if not 1 <= len(values) <= 2:  # noqa: PLR2004
        raise _ShapeError("it holds too few or too many moments")
    return [_moment(value) for value in values]


def _moment(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _ShapeError("a moment in it is none")
    return value
