"""Checks the authorization tags of ``graphql/`` against its code (see stacks/authorization.py for the tags)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stacks.authorization import CONDITIONAL_ROLE, IAM, MEMBER, PARENT, REQUIRED_ROLE, ROLES, ROOM_ROLES, Source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

VOCABULARY = "docs/maintaining.md, Authorization, explains the tags"
_ROOTS = ("Query.", "Mutation.", "Subscription.")
_SIGNS = (
    (re.compile(r"\bfail\(\s*'(?:Forbidden|Unauthorized|Banned|Muted)'"), "refuses the caller with fail()"),
    (re.compile(r"\bctx\.identity\b"), "reads ctx.identity"),
    (re.compile(r"\badmission\b"), "uses the admission in the stash"),
    (re.compile(r"\brole [!=]== "), "compares a role"),
    (re.compile(r"\bauthorId (?:= :|[!=]== (?:callerId|userId))"), "compares the author with the caller"),
    (re.compile(r"\bextensions\.(?:set|invalidate)\w+\("), "sets or ends subscriptions"),
    (re.compile(rf"\b{CONDITIONAL_ROLE}\b"), "decides when the condition of a @requires line holds"),
)
"""Pattern of code that checks access -> description for the error message."""
_IMPORT = re.compile(r"import \{([^}]*)\} from '(?:\.\./shared|\.)/(\w+)'")
_NAME = re.compile(r"\w+")
_MOST_LINES = 2


def authorization_errors(sources: Mapping[str, Source], pipelines: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield an error message for each tag that is missing, wrong or without code that enforces it.

    Args:
        sources: All sources by path below ``graphql/``.
        pipelines: Path of a resolver -> the names of the functions that it runs.
    """
    tagged = {
        tag: {
            (source.file, definition.name)
            for source in sources.values()
            for definition in source.definitions
            if tag in definition.tags
        }
        for tag in ("authorizes", "guards")
    }
    for source in sources.values():
        yield from _unknown_roles(source)
        if source.file.startswith("shared/"):
            yield from _shared_errors(source, tagged)
        else:
            yield from _tag_errors(source, tagged)
        if source.file.startswith("resolvers/"):
            yield from _requirement_errors(source, _run_by(source, sources, pipelines))
            yield from _constant_errors(source)


def _run_by(source: Source, sources: Mapping[str, Source], pipelines: Mapping[str, Sequence[str]]) -> list[Source]:
    files = [f"functions/{name}.js" for name in pipelines.get(source.file, ())]
    return [source, *(sources[file] for file in files if file in sources)]


def _unknown_roles(source: Source) -> Iterator[str]:
    required = {role for line in source.requirements for role in line.roles}
    for role in sorted((required - ROLES.keys()) | ({*(source.authorizes or ())} - ROLES.keys() - {REQUIRED_ROLE})):
        yield f'graphql/{source.file}: unknown role "{role}"; valid roles: {", ".join(ROLES)}'
    for line in source.malformed:
        yield f'graphql/{source.file}: "@requires {line}" is not @requires <role> [or <role>] [if <condition>]'


# --- @authorizes ------------------------------------------------------------------------------------


def _shared_errors(source: Source, tagged: Mapping[str, Collection[tuple[str, str]]]) -> Iterator[str]:
    for definition in source.definitions:
        evidence = _evidence(definition.code, _names_of(source, tagged["authorizes"]) - {definition.name})
        if evidence and not definition.tags:
            yield (
                f"graphql/{source.file}: {definition.name} {evidence}, but its comment has no @authorizes. Add it, or "
                f"@guards if it only returns an earlier decision ({VOCABULARY})"
            )


def _tag_errors(source: Source, tagged: Mapping[str, Collection[tuple[str, str]]]) -> Iterator[str]:
    evidence = _evidence(source.code, _names_of(source, tagged["authorizes"]))
    if evidence and source.authorizes is None:
        yield (
            f"graphql/{source.file}: it {evidence}, but its leading comment has no @authorizes. Add "
            f"@authorizes <role>, with the roles that it enforces ({VOCABULARY})"
        )
    if source.authorizes is not None and not evidence and not _names_of(source, tagged["guards"]):
        yield f"graphql/{source.file}: it has @authorizes, but nothing in it checks access. Remove the tag"


def _evidence(code: str, names: Collection[str]) -> str:
    """Return how code checks access; empty if it does not."""
    used = sorted({*names} & {*_NAME.findall(code)})
    if used:
        return f"uses {used[0]}"
    return next((meaning for sign, meaning in _SIGNS if sign.search(code)), "")


def _names_of(source: Source, tagged: Collection[tuple[str, str]]) -> set[str]:
    """Return the names of tagged functions that a source defines or imports."""
    own = {definition.name for definition in source.definitions if (source.file, definition.name) in tagged}
    imported = {
        name
        for names, module in _IMPORT.findall(source.code)
        for name in _NAME.findall(names)
        if (f"shared/{module}.js", name) in tagged
    }
    return own | imported


# --- @requires --------------------------------------------------------------------------------------


def _requirement_errors(resolver: Source, run: Sequence[Source]) -> Iterator[str]:
    place = f"graphql/{resolver.file}"
    if not resolver.requirements and not resolver.malformed:
        yield f"{place}: its leading comment has no @requires. Add @requires <role> ({VOCABULARY})"
    if sum(line.condition is None for line in resolver.requirements) > 1 or len(resolver.requirements) > _MOST_LINES:
        yield f"{place}: it may have one @requires line without a condition, and one with"
    enforced = {role for source in run for role in source.authorizes or ()}
    for role in sorted({role for line in resolver.requirements for role in line.roles} & ROLES.keys()):
        if role == PARENT:
            if resolver.file.removeprefix("resolvers/").startswith(_ROOTS):
                yield f"{place}: {PARENT} is for fields of other types than Query, Mutation and Subscription"
        elif role != IAM and role not in enforced and not (role in ROOM_ROLES and REQUIRED_ROLE in enforced):
            yield (
                f"{place}: it requires {role}, but neither the resolver nor a function of its pipeline has "
                f"@authorizes {role}"
            )


def _constant_errors(resolver: Source) -> Iterator[str]:
    place = f"graphql/{resolver.file}"
    for name, kind in ((REQUIRED_ROLE, "without"), (CONDITIONAL_ROLE, "with")):
        role = resolver.constants.get(name)
        is_used = resolver.uses(name)
        if is_used and role is None:
            yield f"{place}: it uses {name}, but no @requires line {kind} a condition has a role of the room"
        if role not in {None, MEMBER} and not is_used:
            yield f"{place}: it requires {role}, but does not read {name}: nothing checks the role"
