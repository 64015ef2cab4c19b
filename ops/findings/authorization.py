"""Who is let in: authentication modes, authorization directives, the membership code, and where it runs.

A resolver's bundle carries every source file it was made of under a comment with its name (esbuild), so a change of the
code that decides who may do what is found wherever that code was bundled into, and reported once a file.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from graphql import GraphQLInterfaceType, GraphQLObjectType
from graphql.error import GraphQLError
from graphql.language import print_ast

from ops.findings.finding import Finding
from ops.findings.graphql_schema import API, schema_of
from ops.plans import Action

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import GraphQLSchema

    from ops.plans import Plan, ResourceChange

AUTHORIZATION_CODE = re.compile(
    r"shared/(?:authority|identity|membership|muting|subscription)\.js"
    r"|functions/(?:confirmJoiner|confirmMembership|readMemberAndRoom|readSender|refuse\w+|require\w+)\.js"
    r"|resolvers/Subscription\.\w+\.js"
)
"""The sources below ``graphql/`` that decide who may do what."""

GUARDS = re.compile(r"(?:confirmJoiner|confirmMembership|readMemberAndRoom|readSender|refuse\w+|require\w+)")
"""The functions that do, as pipelines name them."""

_SETTINGS = {
    API: (
        "authentication_type",
        "additional_authentication_provider",
        "user_pool_config",
        "openid_connect_config",
        "lambda_authorizer_config",
        "visibility",
        "introspection_config",
    ),
    "aws_cognito_user_pool": ("admin_create_user_config", "password_policy", "mfa_configuration", "lambda_config"),
    "aws_cognito_user_pool_client": ("explicit_auth_flows", "allowed_oauth_flows", "callback_urls"),
    "aws_cognito_user_group": ("role_arn", "precedence"),
}
"""Resource type -> attributes that decide who is let in."""
_CODE = frozenset({"aws_appsync_function", "aws_appsync_resolver"})
_SECTION = re.compile(r"^// ((?:shared|functions|resolvers)/\S+\.js)$", re.MULTILINE)
_DIRECTIVES = re.compile(r"aws_(?:api_key|iam|oidc|lambda|cognito_user_pools|auth)")


def authorization_findings(plan: Plan) -> Iterator[Finding]:
    """Yield every change of who is let in."""
    yield from _setting_findings(plan)
    yield from _directive_findings(plan)
    yield from _code_findings(plan)
    yield from _pipeline_findings(plan)


def _setting_findings(plan: Plan) -> Iterator[Finding]:
    for change in plan.changes:
        for attribute in _SETTINGS.get(change.type, ()):
            if change.action is Action.CHANGE and attribute in change.attributes:
                yield Finding("authorization", change.address, f"{attribute} changes{_values(change, attribute)}")
    for change in plan.changes:
        if change.type == "aws_appsync_api_key" and change.action is Action.ADD:
            yield Finding("authorization", change.address, "a new API key")


def _values(change: ResourceChange, attribute: str) -> str:
    if attribute in change.unknown:
        return ", known after the apply"
    return f" from `{change.before.get(attribute)}` to `{change.after.get(attribute)}`"


# --- directives -------------------------------------------------------------------------------------


def _directive_findings(plan: Plan) -> Iterator[Finding]:
    for change in plan.changes:
        before, after = change.before.get("schema"), change.after.get("schema")
        if change.type != API or not isinstance(before, str) or not isinstance(after, str) or before == after:
            continue
        try:
            old, new = _directives(schema_of(before)), _directives(schema_of(after))
        except GraphQLError:
            continue  # schema_findings says so
        for place in sorted(old.keys() & new.keys()):
            if old[place] != new[place]:
                was, then = (" ".join(sorted(one)) or "the default" for one in (old[place], new[place]))
                yield Finding("authorization", change.address, f"{place} was open to {was}, and would be to {then}")


def _directives(schema: GraphQLSchema) -> dict[str, frozenset[str]]:
    """Return place -> authorization directives, for every type and every field."""
    found: dict[str, frozenset[str]] = {}
    for name, kind in schema.type_map.items():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__"):
            found[name] = _on(kind)
            found |= {f"{name}.{field}": _on(definition) for field, definition in kind.fields.items()}
    return found


def _on(definition: Any) -> frozenset[str]:  # noqa: ANN401 - any definition of graphql-core that has a node
    node = definition.ast_node
    directives = node.directives if node is not None else ()
    return frozenset(print_ast(one) for one in directives if _DIRECTIVES.fullmatch(one.name.value))


# --- code -------------------------------------------------------------------------------------------


def _code_findings(plan: Plan) -> Iterator[Finding]:
    users: dict[str, list[str]] = defaultdict(list)
    for change in plan.changes:
        if change.type in _CODE and change.action in {Action.CHANGE, Action.REPLACE}:
            before, after = (_sections(side.get("code")) for side in (change.before, change.after))
            for file in sorted(before.keys() | after.keys()):
                if AUTHORIZATION_CODE.fullmatch(file) and before.get(file) != after.get(file):
                    users[file].append(change.address)
    for file, addresses in sorted(users.items()):
        others = f", here and in {len(addresses) - 1} more" if len(addresses) > 1 else ""
        yield Finding("authorization", addresses[0], f"graphql/{file} changes, which decides who may do what{others}")


def _sections(code: Any) -> dict[str, str]:  # noqa: ANN401 - JSON
    """Return source file -> its part of a bundle, without blank lines; a file in two parts is one."""
    if not isinstance(code, str):
        return {}
    parts = _SECTION.split(code)
    found: dict[str, str] = defaultdict(str)
    for name, text in zip(parts[1::2], parts[2::2], strict=True):
        found[name] += "\n".join(line for line in text.splitlines() if line.strip())
    return dict(found)


# --- pipelines --------------------------------------------------------------------------------------


def _pipeline_findings(plan: Plan) -> Iterator[Finding]:
    names = {
        values.get("function_id"): values.get("name")
        for address, values in plan.prior.items()
        if address.startswith("aws_appsync_function.")
    }
    for change in plan.changes:
        if change.type != "aws_appsync_resolver" or change.action not in {Action.CHANGE, Action.REPLACE}:
            continue
        before, after = (_guards(side, names) for side in (change.before, change.after))
        if "pipeline_config" in change.unknown:
            if before:
                yield Finding("authorization", change.address, "its pipeline changes, known after the apply")
            continue
        for gone in (name for name in before if name not in after):
            yield Finding("authorization", change.address, f"no longer runs {gone}, which decides who may do what")


def _guards(side: dict[str, Any], names: dict[Any, Any]) -> list[str]:
    blocks = side.get("pipeline_config") or []
    functions = [function for block in blocks for function in block.get("functions") or []]
    return [str(names[one]) for one in functions if one in names and GUARDS.fullmatch(str(names[one]))]
