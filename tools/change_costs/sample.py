"""A sample change: the edits of a maintainer as data, its budget, and its verification.

Each is a file in ``samples/``: ``title`` and ``budget``; ``scaffold``, the arguments of ``tools.new`` that run first;
``edit`` tables with ``file``, ``old`` and ``new``; ``create`` tables with ``file`` and ``text``; ``effect`` tables with
a ``file`` that must contain ``text`` after regeneration and synthesis; the ``tests`` that must pass; and ``measured``
for a change of operations.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from common.commands import OperationError

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER: Final = Path(__file__).with_name("samples")


@dataclass(frozen=True, slots=True)
class Edit:
    """One replacement in a file."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample change.

    Attributes:
        name: of the file in ``samples/``.
        title: the change, for the table.
        budget: maximum number of manually edited files, including tests.
        scaffold: arguments of ``tools.new``, which creates the first version; empty if it is not used.
        edits: manual replacements.
        created: path -> text of the manually written files.
        effects: pairs of a file and a text that it contains after the change.
        tests: paths and node ids that must pass after the change.
        measured: whether operations are measured on a backend before the generators run.
    """

    name: str
    title: str
    budget: int
    scaffold: tuple[str, ...]
    edits: tuple[Edit, ...]
    created: Mapping[str, str]
    effects: tuple[tuple[str, str], ...]
    tests: tuple[str, ...]
    measured: bool = False

    @property
    def by_hand(self) -> list[str]:
        """The files that a maintainer edits or writes, sorted."""
        return sorted({edit.file for edit in self.edits} | self.created.keys())

    def apply(self, root: Path) -> None:
        """Make the change, after the scaffold.

        Args:
            root: a copy of the checkout.

        Raises:
            OperationError: a text to be replaced does not occur exactly once, or a new file exists.
        """
        for edit in self.edits:
            path = root / edit.file
            text = path.read_text(encoding="utf-8") if path.is_file() else ""
            if (count := text.count(edit.old)) != 1:
                raise OperationError(
                    f"samples/{self.name}.toml: {edit.file} contains {edit.old!r} {count} times instead of once; "
                    "bring the sample up to date"
                )
            path.write_text(text.replace(edit.old, edit.new), encoding="utf-8")
        for name, text in self.created.items():
            if (root / name).exists():
                raise OperationError(f"samples/{self.name}.toml: {name} exists already; choose another name")
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")


def read_samples() -> list[Sample]:
    """Return all samples in the order of their names."""
    return [
        _sample(file.stem, tomllib.loads(file.read_text(encoding="utf-8"))) for file in sorted(FOLDER.glob("*.toml"))
    ]


def _sample(name: str, document: dict[str, Any]) -> Sample:
    return Sample(
        name=name,
        title=document["title"],
        budget=document["budget"],
        scaffold=tuple(document.get("scaffold", ())),
        edits=tuple(Edit(edit["file"], edit["old"], edit["new"]) for edit in document.get("edit", ())),
        created={created["file"]: created["text"] for created in document.get("create", ())},
        effects=tuple((effect["file"], effect["text"]) for effect in document["effect"]),
        tests=tuple(document["tests"]),
        measured=document.get("measured", False),
    )
