"""Changes of authorization: directives, required roles, and the code that authorizes.

The code of a resolver or function starts with its authorization tags, followed by each bundled source file under a
comment with its path (``stacks/bundle_header.py``). Both sides of a plan therefore name the code that authorizes, and
a change of it is reported once per file, with the affected resources.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from graphql import GraphQLInterfaceType, GraphQLObjectType
from graphql.error import GraphQLError
from graphql.language import print_ast

from ops.cost.resources import kind_of
from ops.plans import Action
from ops.review.rules.finding import Finding
from ops.review.rules.graphql_schema import API, schema_of
from ops.sanitize import quoted
from stacks.authorization import CONDITIONAL_ROLE, REQUIRED_ROLE
from stacks.bundle_header import BUNDLED, HEADER, Bundle, changed_sources

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphql import GraphQLSchema

    from ops.plans import Plan, ResourceChange

_NAMED = 6
"""Operations that a finding names."""
_CONSTANT = re.compile(r'^const (\w+) = "(\w+)";$', re.MULTILINE)
_DIRECTIVES = re.compile(r"aws_(?:api_key|iam|oidc|lambda|cognito_user_pools|auth)")


def authorization_findings(plan: Plan) -> Iterator[Finding]:
    """Yield every change of authorization."""
    yield from _directive_findings(plan)
    yield from _code_findings(plan)
    yield from _pipeline_findings(plan)
    yield from _new_operation_findings(plan)


# --- directives -------------------------------------------------------------------------------------


def _directive_findings(plan: Plan) -> Iterator[Finding]:
    for change in plan.changes:
        before, after = change.before.get("schema"), change.after.get("schema")
        if change.type != API or not isinstance(before, str) or not isinstance(after, str) or before == after:
            continue
        try:
            old, new = _directives(schema_of(before)), _directives(schema_of(after))
        except GraphQLError:
            continue  # schema_findings reports it
        for place in sorted(new):
            owner, _, field = place.partition(".")
            if place not in old and new[place] and not (field and new[place] == new[owner]):
                yield Finding("authorization", change.address, f"{quoted(place)} is new, with {_text(new[place])}")
            elif place in old and old[place] != new[place]:
                text = f"{quoted(place)} changes from {_text(old[place])} to {_text(new[place])}"
                yield Finding("authorization", change.address, text)


def _text(directives: frozenset[str]) -> str:
    return quoted(" ".join(sorted(directives)) or "the default")


def _directives(schema: GraphQLSchema) -> dict[str, frozenset[str]]:
    """Return the authorization directives of every type and field."""
    found: dict[str, frozenset[str]] = {}
    for name, kind in schema.type_map.items():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__"):
            found[name] = _on(kind)
            found |= {f"{name}.{field}": _on(definition) for field, definition in kind.fields.items()}
    return found


def _on(definition: Any) -> frozenset[str]:  # noqa: ANN401 - any definition of graphql-core that has a node
    node = definition.ast_node
    directives = node.directives if node is not None else ()
    return frozenset(print_ast(directive) for directive in directives if _DIRECTIVES.fullmatch(directive.name.value))


# --- code -------------------------------------------------------------------------------------------


def _code_findings(plan: Plan) -> Iterator[Finding]:
    users: dict[tuple[str, str], list[ResourceChange]] = defaultdict(list)
    for change in plan.changes:
        if change.type in BUNDLED and change.action in {Action.CHANGE, Action.REPLACE}:
            before, after = (Bundle.of(side.get("code")) for side in (change.before, change.after))
            changed = changed_sources(before, after)
            for message in _role_messages(before, after, changed.get(HEADER)):
                yield Finding("authorization", change.address, message)
            for file in sorted(before.deciding | after.deciding):
                message = _file_message(file, before, after, is_changed=file in changed)
                if message:
                    users[file, message].append(change)
    if users:
        operations = _operations(plan)
        for (file, message), changes in sorted(users.items(), key=lambda item: item[0]):
            concerned = sorted({name for change in changes for name in operations.get(change.address, ())})
            text = f"{quoted(f'graphql/{file}')} {message}{_concerned(concerned, len(changes))}"
            yield Finding("authorization", changes[0].address, text)


def _operations(plan: Plan) -> dict[str, set[str]]:
    """Return the operations that run each resolver and function, before or after the plan, by address."""
    resources = {**plan.prior, **{change.address: {**change.before, **change.after} for change in plan.changes}}
    found: dict[str, set[str]] = defaultdict(set)
    by_function: dict[Any, set[str]] = defaultdict(set)
    for address, values in resources.items():
        if kind_of(address) == "aws_appsync_resolver" and values.get("field"):
            operation = f"{values.get('type')}.{values['field']}"
            found[address].add(operation)
            for function in _pipeline(values):
                by_function[function].add(operation)
    for address, values in resources.items():
        if kind_of(address) == "aws_appsync_function":
            found[address] |= by_function.get(values.get("function_id"), set())
    return found


def _concerned(operations: list[str], resources: int) -> str:
    if not operations:
        return f", here and in {resources - 1} more resources" if resources > 1 else ""
    more = f" and {len(operations) - _NAMED} more" if len(operations) > _NAMED else ""
    noun = "operation" if len(operations) == 1 else "operations"
    return f", in {len(operations)} {noun}: {', '.join(map(quoted, operations[:_NAMED]))}{more}"


def _role_messages(before: Bundle, after: Bundle, header: tuple[str, str] | None) -> Iterator[str]:
    """Yield the changes of the required role: in the tags, and in the code unless it follows the tags.

    Args:
        before: the bundle before the plan.
        after: the bundle after the plan.
        header: the code before the first source, before and after; None if it stays the same.
    """
    is_retagged = before.requirements != after.requirements
    if is_retagged and before.requirements:
        was, then = ("; ".join(side.requirements) or "nothing" for side in (before, after))
        yield f"the required role changes from {quoted(was)} to {quoted(then)}"
    if header and not (is_retagged and _follows_tags(after, *header)):
        was, then = (quoted(side or "nothing") for side in header)
        differs = "unlike its tags" if is_retagged else "without a change of its tags"
        yield f"the role in its code changes from {was} to {then}, {differs}"


def _follows_tags(bundle: Bundle, before: str, after: str) -> bool:
    """Return whether only role constants change, and the new ones have roles of the tags."""
    roles: dict[str, set[str]] = {REQUIRED_ROLE: set(), CONDITIONAL_ROLE: set()}
    for requirement in bundle.requirements:
        names, _, condition = requirement.partition(" if ")
        roles[CONDITIONAL_ROLE if condition else REQUIRED_ROLE] |= set(names.split())
    has_roles = all(role in roles.get(name, ()) for name, role in _CONSTANT.findall(after))
    return has_roles and _CONSTANT.sub("", before).strip() == _CONSTANT.sub("", after).strip()


def _file_message(file: str, before: Bundle, after: Bundle, *, is_changed: bool) -> str:
    """Return the change of a file that authorizes before or after the plan; empty if there is none."""
    if file in before.sections and file not in after.sections:
        return "is removed (authorization code)"
    if is_changed:
        return "changes (authorization code)"
    return "loses its tag @authorizes" if file not in after.deciding else ""


# --- pipelines --------------------------------------------------------------------------------------


def _pipeline_findings(plan: Plan) -> Iterator[Finding]:
    deciding, names = _deciding_functions(plan), _function_names(plan)
    for change in plan.changes:
        if change.type != "aws_appsync_resolver" or change.action not in {Action.CHANGE, Action.REPLACE}:
            continue
        before, after = (_pipeline(side) for side in (change.before, change.after))
        if "pipeline_config" in change.unknown:
            if not deciding.keys().isdisjoint(before):
                yield Finding("authorization", change.address, "its pipeline changes (known after apply)")
            continue
        for message in _pipeline_messages(before, after, deciding, names):
            yield Finding("authorization", change.address, f"{message} (authorization code)")


def _pipeline_messages(
    before: list[Any], after: list[Any], deciding: Mapping[Any, str], names: Mapping[Any, str]
) -> Iterator[str]:
    """Yield the authorizing functions that no longer run, and the functions that newly run before one."""
    for function in dict.fromkeys(function for function in before if function in deciding):
        authorizing = quoted(deciding[function])
        if function not in after:
            yield f"no longer runs {authorizing}"
            continue
        old, new = before[: before.index(function)], after[: after.index(function)]
        earlier = [other for other in dict.fromkeys(new) if other not in deciding and other not in old]
        if earlier:
            yield f"now runs {', '.join(quoted(names.get(other, other)) for other in earlier)} before {authorizing}"


def _pipeline(side: dict[str, Any]) -> list[Any]:
    """Return the ids of the functions that a resolver runs, in their order."""
    return [function for block in side.get("pipeline_config") or [] for function in block.get("functions") or []]


def _function_names(plan: Plan) -> dict[Any, str]:
    return {
        values.get("function_id"): str(values.get("name"))
        for address, values in plan.prior.items()
        if kind_of(address) == "aws_appsync_function"
    }


def _deciding_functions(plan: Plan) -> dict[Any, str]:
    """Return the names of the functions that authorize before or after the plan, by function id."""
    planned = {change.address: change.after.get("code") for change in plan.changes}
    found = {}
    for address, values in plan.prior.items():
        if address.startswith("aws_appsync_function."):
            sides = (Bundle.of(values.get("code")), Bundle.of(planned.get(address)))
            if any(f"functions/{values.get('name')}.js" in side.deciding for side in sides):
                found[values.get("function_id")] = str(values.get("name"))
    return found


# --- new operations ---------------------------------------------------------------------------------


def _new_operation_findings(plan: Plan) -> Iterator[Finding]:
    """Yield the required role of each new resolver of a deployed API."""
    for change in plan.changes:
        if change.type != "aws_appsync_resolver" or change.action is not Action.ADD or plan.is_first:
            continue
        operation = quoted(f"{change.after.get('type')}.{change.after.get('field')}")
        required = "; ".join(Bundle.of(change.after.get("code")).requirements)
        text = f"requires {quoted(required)}" if required else "without a required role (`@requires`)"
        yield Finding("authorization", change.address, f"is new and runs {operation}, {text}")
