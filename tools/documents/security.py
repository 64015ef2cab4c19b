"""Writes into docs/security.md who may call each operation: ``python -m tools.documents.security``.

The tables follow from the ``@requires`` tags and the schema.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, cast

from common.commands import Parser, run
from common.exit_codes import FINE
from ops.findings.graphql_schema import schema_of
from stacks.authorization import ROLES
from stacks.resolvers import read_graphql
from tools.documents import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphql import GraphQLObjectType, GraphQLSchema

    from stacks.authorization import Requirement
    from stacks.resolvers import Resolver

DOCUMENT = ROOT / "docs" / "security.md"
_BEGIN = "<!-- Made by `python -m tools.documents.security`; a test compares the two. -->"
_END = "<!-- The end of what is made. -->"
_SECTION = re.compile(rf"(?<={re.escape(_BEGIN)}\n).*?(?={re.escape(_END)})", re.DOTALL)
_MODES = {"aws_cognito_user_pools": "user pool", "aws_iam": "IAM", "aws_api_key": "API key"}
_TYPES = ("Query", "Mutation", "Subscription")


def authorization_table() -> str:
    """Return the table of operations and the table of roles.

    Raises:
        ConfigurationError: the tags or the schema of ``graphql/`` are wrong.
    """
    sources = read_graphql(ROOT)
    schema = schema_of(sources.schema)
    rows = [
        f"| `{resolver.type_name}.{resolver.field_name}` | {', '.join(_modes(schema, resolver))} | "
        f"{_requirements(sources.authorization[resolver.file].requirements)} |"
        for resolver in sorted(sources.resolvers, key=_order)
    ]
    roles = [f"| `{role}` | {meaning} |" for role, meaning in ROLES.items()]
    return "\n".join(
        [
            "",
            "| operation | authentication | required role |",
            "| --- | --- | --- |",
            *rows,
            "",
            "| role | who has it |",
            "| --- | --- |",
            *roles,
            "",
            "",
        ]
    )


def document() -> str:
    """Return docs/security.md with the tables of today."""
    table = authorization_table()
    return _SECTION.sub(lambda _: table, DOCUMENT.read_text(encoding="utf-8"))


def _order(resolver: Resolver) -> tuple[int, str, str]:
    kind = _TYPES.index(resolver.type_name) if resolver.type_name in _TYPES else len(_TYPES)
    return kind, resolver.type_name, resolver.field_name


def _modes(schema: GraphQLSchema, resolver: Resolver) -> list[str]:
    """Return how a caller of a field may authenticate: by its own directives, else by those of its type."""
    kind = cast("GraphQLObjectType", schema.type_map[resolver.type_name])
    for node in (kind.fields[resolver.field_name].ast_node, kind.ast_node):
        names = [directive.name.value for directive in node.directives] if node is not None else []
        modes = [_MODES[name] for name in names if name in _MODES]
        if modes:
            return modes
    return [_MODES["aws_cognito_user_pools"]]


def _requirements(lines: Iterable[Requirement]) -> str:
    """Return the lines of a resolver in one cell; each whose condition holds has to be met."""
    return "; ".join(
        " or ".join(f"`{role}`" for role in line.roles) + (f" if {line.condition}" if line.condition else "")
        for line in lines
    )


def main(arguments: list[str] | None = None) -> int:
    """Write the tables."""
    Parser(prog="python -m tools.documents.security", description=__doc__).parse_args(arguments)
    return run(_write)


def _write() -> int:
    DOCUMENT.write_text(document(), encoding="utf-8")
    return FINE


if __name__ == "__main__":
    sys.exit(main())
