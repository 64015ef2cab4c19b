"""Authorization tags in ``graphql/``: what each operation requires, and which code decides it.

* ``@requires <role> [or <role>] [if <condition>]`` in the leading comment of a resolver: what the caller must be. Every
  resolver has at least one; each line whose condition holds must be met. The code reads the role of the room from the
  constants ``REQUIRED_ROLE`` (the line without a condition) and ``CONDITIONAL_ROLE`` (the line with one), which are
  inserted at bundling.
* ``@authorizes [<role>, ...]`` in the leading comment of a resolver or function: it enforces these roles;
  ``REQUIRED_ROLE`` stands for the one that the resolver requires.
* ``@authorizes`` in the comment of a function in ``graphql/shared/``: it decides about access, and code that uses it
  needs ``@authorizes`` too. ``@guards`` instead: it returns an earlier decision, such as the caller's id.

``stacks/authorization_checks.py`` compares the tags with the code, ``stacks/bundle_header.py`` puts them into bundles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.source_tags import leading_tags, tags_of

if TYPE_CHECKING:
    from pathlib import Path

IAM = "IAM"
PARENT = "PARENT"
MEMBER = "MEMBER"
ROLES = {
    IAM: "A caller that signs its requests with AWS credentials: a function of this backend or an administrator",
    "SIGNED_IN": "Any signed-in user",
    "SELF": "Any signed-in user, for their own data only",
    PARENT: "The caller to whom the object with this field was returned",
    "INVITED": "A user with an open invitation to the room",
    MEMBER: "An active member of the room, or a user in the group `Moderators` or `Admins`",
    "OWN_MEMBERSHIP": "An active member of the room, for their own membership; user pool groups do not apply",
    "AUTHOR": "A `MEMBER` who wrote the message",
    "MODERATOR": "A moderator or owner of the room, or a user in the group `Moderators` or `Admins`",
    "OWNER_OR_GLOBAL_MODERATOR": "An owner of the room, or a user in the group `Moderators` or `Admins`",
    "OWNER": "An owner of the room, or a user in the group `Admins`",
}
"""Every role that ``@requires`` and ``@authorizes`` may name -> who has it. docs/security.md has this table."""

ROOM_ROLES = (MEMBER, "MODERATOR", "OWNER_OR_GLOBAL_MODERATOR", "OWNER")
"""The roles that ``graphql/shared/authority.js`` checks by name."""

REQUIRED_ROLE = "REQUIRED_ROLE"
CONDITIONAL_ROLE = "CONDITIONAL_ROLE"
FOLDERS = ("shared", "functions", "resolvers")

_REQUIREMENT = re.compile(r"(\w+(?: or \w+)*)(?: if (\S.*))?")
_DEFINITION = re.compile(r"^(?:/\*\*((?:(?!\*/).)*)\*/\n)?(export )?(?:function|const) (\w+)", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One ``@requires`` line: any of these roles, if the condition holds (in words; None: always)."""

    roles: tuple[str, ...]
    condition: str | None

    @property
    def room_role(self) -> str | None:
        """The role of the room among the alternatives."""
        return next((role for role in self.roles if role in ROOM_ROLES), None)

    def __str__(self) -> str:
        """Return the line as it is written."""
        roles = " or ".join(self.roles)
        return roles if self.condition is None else f"{roles} if {self.condition}"


@dataclass(frozen=True, slots=True)
class Definition:
    """A function or constant at the top level of a file in ``graphql/shared/``, with its code without comments."""

    name: str
    code: str
    is_exported: bool
    tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Source:
    """A file below ``graphql/`` with its authorization tags.

    Attributes:
        file: Path below ``graphql/``.
        code: Its code without comments.
        requirements: Its ``@requires`` lines.
        malformed: ``@requires`` lines with invalid syntax.
        authorizes: Roles of ``@authorizes`` in its leading comment; None without that tag.
        definitions: Functions and constants of a shared file.
    """

    file: str
    code: str
    requirements: tuple[Requirement, ...]
    malformed: tuple[str, ...]
    authorizes: tuple[str, ...] | None
    definitions: tuple[Definition, ...]

    @property
    def decides(self) -> bool:
        """Whether a change of the file may change access."""
        return self.authorizes is not None or any(definition.tags for definition in self.definitions)

    @property
    def constants(self) -> dict[str, str]:
        """Name of a role constant -> role."""
        roles = {
            REQUIRED_ROLE: next((line.room_role for line in self.requirements if line.condition is None), None),
            CONDITIONAL_ROLE: next((line.room_role for line in self.requirements if line.condition), None),
        }
        return {name: role for name, role in roles.items() if role is not None}

    def uses(self, name: str) -> bool:
        """Return whether the code has this name."""
        return re.search(rf"\b{name}\b", self.code) is not None


def read_authorization(folder: Path) -> dict[str, Source]:
    """Read the tags of every file below ``graphql/`` by path; authorization_checks validates them.

    Args:
        folder: ``graphql/`` of the checkout.
    """
    files = [file for name in FOLDERS for file in sorted((folder / name).glob("*.js"))]
    return {source.file: source for source in (_read(file, file.relative_to(folder).as_posix()) for file in files)}


def _read(file: Path, name: str) -> Source:
    text = file.read_text(encoding="utf-8")
    tags = leading_tags(text)
    found = {line: _REQUIREMENT.fullmatch(line) for line in tags.get("requires", [])}
    return Source(
        file=name,
        code=_COMMENT.sub("", text),
        requirements=tuple(Requirement(tuple(match[1].split(" or ")), match[2]) for match in found.values() if match),
        malformed=tuple(line for line, match in found.items() if match is None),
        authorizes=_roles(tags["authorizes"]) if "authorizes" in tags else None,
        definitions=_definitions(text) if name.startswith("shared/") else (),
    )


def _roles(values: list[str]) -> tuple[str, ...]:
    return tuple(role.strip() for role in ",".join(values).split(",") if role.strip())


def _definitions(text: str) -> tuple[Definition, ...]:
    found = list(_DEFINITION.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    return tuple(
        Definition(
            name=match[3],
            code=_COMMENT.sub("", text[match.end() : end]),
            is_exported=match[2] is not None,
            tags=frozenset(tags_of(match[1] or "")) & {"authorizes", "guards"},
        )
        for match, end in zip(found, ends, strict=True)
    )
