"""The skeleton of an operation: a field of Query or Mutation about one room, for its members."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from common.commands import RefusedError
from tools.new.names import checked, snake_case

if TYPE_CHECKING:
    from tools.new.change import Change

_NAME = re.compile(r"(Query|Mutation)\.([a-z][A-Za-z0-9]{2,48})")
_OPERATIONS = "graphql/operations"


def add_operation(change: Change, name: str, topic: str) -> None:
    """Add the files and entries of an operation.

    Args:
        change: receives them.
        name: type and field, for example ``Mutation.pinMessage``.
        topic: of the files with documents, authorization rules and benchmarks, for example ``messages``.

    Raises:
        RefusedError: the name or the topic cannot be used.
    """
    type_name, field = checked(_NAME, name, "an operation", "Mutation.pinMessage").groups()
    topics = [path.stem for path in sorted((change.root / _OPERATIONS).glob("*.graphql"))]
    benchmarks = f"benchmarks/_operations/{topic}.py"
    rules = f"tests/integration/authorization/{topic}.py"
    usable = [known for known in topics if (change.root / "tests/integration/authorization" / f"{known}.py").exists()]
    usable = [known for known in usable if (change.root / "benchmarks/_operations" / f"{known}.py").exists()]
    if topic not in usable:
        raise RefusedError(f"There is no topic {topic!r}. Give one of {', '.join(usable)}.")
    if re.search(rf"^  {field}\b", change.text("graphql/schema.graphql"), re.MULTILINE):
        raise RefusedError(f"graphql/schema.graphql has a field {field} already. Choose another name.")
    title = field[0].upper() + field[1:]
    change.create(f"graphql/resolvers/{name}.js", _RESOLVER.replace("Type.field", name))
    declaration = f'\n  """\n  DESCRIBE {field} HERE.\n  """\n{_FIELD.format(field=field)}'
    change.insert("graphql/schema.graphql", declaration, before="}", after=f"\ntype {type_name} ")
    document = f"\n{type_name.lower()} {title}($chatRoomId: ID!) {{\n  {field}(chatRoomId: $chatRoomId)\n}}\n"
    change.written[f"{_OPERATIONS}/{topic}.graphql"] = change.text(f"{_OPERATIONS}/{topic}.graphql") + document
    rule = f'    "{field}": Rule(lambda fixture: {{"chatRoomId": fixture.room_id}}, MEMBERS),\n'
    change.insert(rules, rule, before="}", after="\nRULES = {")
    change.insert(
        "tests/integration/test_operations.py",
        f'    "{title}": {{"chatRoomId": "$room"}},\n',
        before="}",
        after="\nVARIABLES: ",
    )
    case = f'    Case("{field}", "in a room", lambda fixture: ("member", {{"chatRoomId": fixture.room_id}})),\n'
    change.insert(benchmarks, case, before=")", after="\nCASES = (\n")
    test = f"tests/unit/graphql/test_{snake_case(field)}.py"
    change.create(test, _TEST.format(name=name, function=snake_case(field)))
    change.remaining += [
        f"graphql/schema.graphql: description, arguments and type of {field}",
        f"graphql/resolvers/{type_name}.{field}.js: the behaviour, with functions of its own in graphql/functions/",
        f"{_OPERATIONS}/{topic}.graphql: arguments, and the selection if the type is an object",
        f"{rules}: who may call it",
        "tests/integration/test_operations.py: the arguments of one call",
        f"{benchmarks}: the case; `python -m tools.regenerate --code`, `python -m benchmarks operations --write`",
        f"{test}: replace the failing test",
    ]


_RESOLVER = """/**
 * DESCRIBE THE OPERATION HERE.
 *
 * @requires MEMBER
 * @pipeline requireMembership
 */
import { admittedRoomId } from '../shared/membership';
import { requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Type.field'>} ctx */
export function request(ctx) {
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Type.field'>} ctx */
export function response(ctx) {
  admittedRoomId(ctx);
  return true;
}
"""
_FIELD = """  {field}(
    "The room's id."
    chatRoomId: ID!
  ): Boolean
"""
_TEST = '''"""{name}."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.graphql.world import User, World


def test_{function}(world: World, alice: User, room: str) -> None:
    outcome = world.run("{name}", alice, chatRoomId=room)

    pytest.fail(f"write the behaviour and its tests; the skeleton returns {{outcome.data}}")
'''
