"""Reads the resolvers and functions of ``graphql/``: field, data source and table access of each.

They are tags in the leading comment of each file: ``@dataSource <name>`` (a unit resolver or a function) or ``@pipeline
<functions>`` (a pipeline resolver), and ``@access <actions> <table>[.<index>]`` for each table that the code uses. The
roles of the data sources allow only these actions. Who may call an operation is in tags, too: see
``stacks/authorization.py``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contract.limits import with_limits
from contract.tables import TABLES
from stacks.authorization import Source, read_authorization
from stacks.authorization_checks import authorization_errors
from stacks.environments import ConfigurationError
from stacks.source_tags import leading_tags

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NO_DATA_SOURCE = "none"
"""The data source of type NONE, for code without data."""

FUNCTION_DATA_SOURCES = ("attachments",)
"""Data sources that are Lambda functions; names of folders below ``lambdas/``."""

_LONGEST_PIPELINE = 10  # AppSync quota "Functions in a pipeline resolver"
_ACCESS = re.compile(r"((?:dynamodb:[A-Za-z]+)(?:\s*,\s*dynamodb:[A-Za-z]+)*)\s+(\w+)(?:\.(\w+))?")
_INDEXES = {table.key: {index.name for index in table.indexes} for table in TABLES}


@dataclass(frozen=True, slots=True, order=True)
class Access:
    """DynamoDB actions on a table or an index."""

    table: str
    index: str | None
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """A pipeline function."""

    name: str
    file: str
    """Path below ``graphql/``."""
    data_source: str
    accesses: tuple[Access, ...]


@dataclass(frozen=True, slots=True)
class Resolver:
    """A resolver. A unit resolver has a data source, a pipeline resolver has the names of its functions in order."""

    type_name: str
    field_name: str
    file: str
    data_source: str | None
    pipeline: tuple[str, ...]
    accesses: tuple[Access, ...]


@dataclass(frozen=True, slots=True)
class GraphqlSources:
    """Schema, functions, resolvers and authorization tags of ``graphql/``, sorted by name."""

    schema: str
    functions: tuple[Function, ...]
    resolvers: tuple[Resolver, ...]
    authorization: Mapping[str, Source]
    """The authorization tags of every file, those of ``graphql/shared/`` included, by path below ``graphql/``."""

    @property
    def _sources(self) -> tuple[Function | Resolver, ...]:
        return (*self.functions, *self.resolvers)

    @property
    def files(self) -> tuple[str, ...]:
        """Paths of the files to bundle."""
        return tuple(source.file for source in self._sources)

    @property
    def accesses(self) -> dict[str, tuple[Access, ...]]:
        """Data source -> table access of its code; none for NONE."""
        by_source: dict[str, set[Access]] = {}
        for source in self._sources:
            if source.data_source is not None:
                by_source.setdefault(source.data_source, set()).update(source.accesses)
        return {name: _merged(accesses) for name, accesses in sorted(by_source.items())}


def read_graphql(root: Path) -> GraphqlSources:
    """Read ``graphql/schema.graphql`` and the tags of every resolver and function.

    Args:
        root: The checkout.

    Raises:
        ConfigurationError: Tags are missing or wrong, or name something that does not exist; one line per error.
    """
    folder = root / "graphql"
    schema = folder / "schema.graphql"
    if not schema.is_file():
        raise ConfigurationError("graphql/schema.graphql is missing")
    lines: list[str] = []
    functions = [_read_function(folder, file, lines) for file in sorted((folder / "functions").glob("*.js"))]
    resolvers = [_read_resolver(folder, file, lines) for file in sorted((folder / "resolvers").glob("*.js"))]
    known = {function.name for function in functions}
    for resolver in resolvers:
        lines += _pipeline_errors(resolver, known)
    authorization = read_authorization(folder)
    lines += authorization_errors(authorization, {resolver.file: resolver.pipeline for resolver in resolvers})
    sources = GraphqlSources(_read_schema(schema), tuple(functions), tuple(resolvers), authorization)
    lines += [
        f"graphql/: code on the data source {name} has @access lines, but this data source has no table"
        for name in (NO_DATA_SOURCE, *FUNCTION_DATA_SOURCES)
        if sources.accesses.get(name)
    ]
    if lines:
        raise ConfigurationError(*lines)
    return sources


def _read_schema(file: Path) -> str:
    try:
        return with_limits(file.read_text(encoding="utf-8"))
    except KeyError as error:
        raise ConfigurationError(
            f"graphql/schema.graphql: {{{{...}}}} names {error}, which contract/limits.json does not have"
        ) from error


def _read_function(folder: Path, file: Path, lines: list[str]) -> Function:
    place = f"graphql/functions/{file.name}"
    tags = _tags(file)
    if len(tags["dataSource"]) != 1:
        lines.append(f"{place}: its leading comment needs exactly one @dataSource <name>")
    return Function(
        name=file.stem,
        file=file.relative_to(folder).as_posix(),
        data_source=_data_source(tags["dataSource"], place, lines),
        accesses=_accesses(tags["access"], place, lines),
    )


def _read_resolver(folder: Path, file: Path, lines: list[str]) -> Resolver:
    place = f"graphql/resolvers/{file.name}"
    tags = _tags(file)
    type_name, _, field_name = file.stem.partition(".")
    if not field_name or "." in field_name:
        lines.append(f"{place}: the file name of a resolver must be <Type>.<field>.js")
    if len(tags["dataSource"]) + len(tags["pipeline"]) != 1:
        lines.append(f"{place}: its leading comment needs one @dataSource <name> or one @pipeline <function>, ...")
    names = [name.strip() for name in ",".join(tags["pipeline"]).split(",")]
    return Resolver(
        type_name=type_name,
        field_name=field_name,
        file=file.relative_to(folder).as_posix(),
        data_source=_data_source(tags["dataSource"], place, lines) if tags["dataSource"] else None,
        pipeline=tuple(name for name in names if name),
        accesses=_accesses(tags["access"], place, lines),
    )


def _tags(file: Path) -> dict[str, list[str]]:
    tags = leading_tags(file.read_text(encoding="utf-8"))
    return {name: tags.get(name, []) for name in ("dataSource", "pipeline", "access")}


def _data_source(names: list[str], place: str, lines: list[str]) -> str:
    name = names[0] if names else NO_DATA_SOURCE
    known = sorted([NO_DATA_SOURCE, *FUNCTION_DATA_SOURCES, *_INDEXES])
    if name not in known:
        lines.append(f'{place}: unknown data source "{name}"; valid names: {", ".join(known)}')
    return name


def _accesses(values: list[str], place: str, lines: list[str]) -> tuple[Access, ...]:
    accesses = []
    for value in values:
        found = _ACCESS.fullmatch(value)
        if found is None:
            lines.append(f'{place}: "@access {value}" is not @access dynamodb:<Action>[,...] <table>[.<index>]')
            continue
        actions, table, index = found.groups()
        if table not in _INDEXES or (index is not None and index not in _INDEXES[table]):
            lines.append(f'{place}: "@access {value}" names a table or index that contract/tables.json does not have')
        accesses.append(Access(table, index, tuple(sorted(action.strip() for action in actions.split(",")))))
    return tuple(accesses)


def _pipeline_errors(resolver: Resolver, known: set[str]) -> list[str]:
    place = f"graphql/{resolver.file}"
    errors = [
        f'{place}: @pipeline names "{name}", but there is no graphql/functions/{name}.js'
        for name in resolver.pipeline
        if name not in known
    ]
    if len(resolver.pipeline) > _LONGEST_PIPELINE:
        errors.append(f"{place}: {len(resolver.pipeline)} functions; AppSync allows {_LONGEST_PIPELINE} in a pipeline")
    if resolver.pipeline and resolver.accesses:
        errors.append(f"{place}: @access belongs to the functions of a pipeline, not to its resolver")
    return errors


def _merged(accesses: set[Access]) -> tuple[Access, ...]:
    """Merge the actions of each table and index."""
    actions: dict[tuple[str, str | None], set[str]] = {}
    for access in accesses:
        actions.setdefault((access.table, access.index), set()).update(access.actions)
    return tuple(
        Access(table, index, tuple(sorted(names)))
        for (table, index), names in sorted(actions.items(), key=lambda item: (item[0][0], item[0][1] or ""))
    )
