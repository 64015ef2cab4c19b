"""When rules and schedules last fired: there after a restart, and of use after the clock was set.

A moment lies in the future when the clock has been set back since. It is taken for now then, or a rule of every minute
would be silent until the clock has caught up. A step of less than a minute is waited for: what the clock shows again
must not fire again. After a step forward a rule fires once, however many times it missed, since MiniStack asks only for
how long ago the last time was.

Without the file, or with a damaged one, a schedule whose one time has come may have fired or not. It is taken for fired
if it was due before the damaged file was last written, or before this start where there is none.
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
from local.embedded.durable_files import DamagedFileError, write_whole
from local.embedded.state_files import read_checked, with_checksum

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

logger = logging.getLogger(__name__)

Key = tuple[str, ...]
"""Account, region and name."""
_AHEAD_SECONDS = 60.0
_NAME = "fired"
"""Of the file's content, beside its checksum."""


class _ShapeError(Exception):
    """The file holds something else."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What fires in one way: the rules, or the schedules."""

    moments: dict[Key, float]
    """When each last fired, as MiniStack keeps it."""
    existing: Callable[[], dict[Key, dict[str, Any]]]
    """All that there are now."""
    due: Callable[[dict[str, Any]], float | None]
    """The moment of something that fires one time only; None for all else."""
    changed: Callable[[dict[str, Any]], float]
    """When it was made, or changed."""


class Fired:
    """The moments of all kinds, and their file."""

    def __init__(self, file: Path, kinds: dict[str, Kind]) -> None:
        self._file = file
        self._kinds = kinds
        self._lock = threading.Lock()
        self._is_unwritten = False
        self._gone: dict[str, dict[Key, tuple[float, float]]] = {name: {} for name in kinds}
        """What fired and has been deleted since, with when it was made: it is there again if that was not saved."""
        self._gone_before: dict[str, dict[Key, tuple[float, float]]] = {}
        """The same as an earlier process has written it, until somebody looks."""
        self._made: dict[str, dict[Key, float]] = {name: {} for name in kinds}
        """When what has fired was made, as long as it is there."""
        self._last: dict[str, dict[Key, float]] = {name: {} for name in kinds}
        """When it fired."""
        self._begun = time.time()
        self._unknown_until: dict[str, float] = {}
        """Kind -> until when nobody knows what fired, as long as nothing has been made of that."""
        self._read()

    def look(self, name: str) -> None:
        """Get the moments of a kind ready for MiniStack to compare them with the clock."""
        kind, now = self._kinds[name], time.time()
        existing = kind.existing()
        self._bring_back()
        unknown_until = self._unknown_until.pop(name, None)
        if unknown_until is not None:
            self._assume(kind, existing, min(unknown_until, now))
        for key, moment in list(kind.moments.items()):
            if key not in existing:  # one that is made under its name later has not fired
                kind.moments.pop(key, None)
                self._is_unwritten = True
            elif moment > now + _AHEAD_SECONDS:
                kind.moments[key] = now
                self._is_unwritten = True
        if self._is_unwritten:
            self.write()

    def _bring_back(self) -> None:
        """Take for fired what had fired and was deleted, and is there again because that was not saved."""
        before, self._gone_before = self._gone_before, {}
        for name, gone in before.items():
            existing = self._kinds[name].existing()
            for key, (moment, made) in gone.items():
                if key in existing and self._kinds[name].changed(existing[key]) == made:
                    self._kinds[name].moments.setdefault(key, moment)

    def write(self) -> None:
        """Write all moments down; what cannot be written is logged, and tried again at the next look."""
        with self._lock:
            moments = {name: self._to_write(name, kind) for name, kind in self._kinds.items()}
            try:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                write_whole(self._file, with_checksum(_NAME, json.dumps(moments).encode()))
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
        """Return the moments of a kind, and those of what is gone since."""
        existing, moments, made = kind.existing(), dict(kind.moments), self._made[name]
        for key in moments.keys() & existing.keys():
            made[key] = kind.changed(existing[key])
            self._last[name][key] = moments[key]
        for key in made.keys() - existing.keys():
            self._gone[name][key] = (self._last[name].pop(key), made.pop(key))
        for key in self._gone[name].keys() & existing.keys():  # made again under its name
            del self._gone[name][key]
        gone = [[list(key), *of_it] for key, of_it in self._gone[name].items()]
        return [
            *([list(key), at] for key, at in moments.items() if key in existing or key not in self._gone[name]),
            *gone,
        ]

    def _read(self) -> None:
        if not self._file.exists():
            self._unknown_until = dict.fromkeys(self._kinds, self._begun)
            self.write()  # so that a file that is missing next time has been lost
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
        """Take all for fired at the last moment at which it may have been."""
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
    """Return when something fired, and where it is gone, when it was made."""
    if not 1 <= len(values) <= 2:  # noqa: PLR2004
        raise _ShapeError("it holds too few or too many moments")
    return [_moment(value) for value in values]


def _moment(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _ShapeError("a moment in it is none")
    return value
