"""``python -m local graphql``: runs one operation as a demo user against the running backend."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, OperationDefinitionNode, OperationType, parse

from local.console import say
from local.demo.person import RefusedError, explained, outputs_of_running, sign_in
from local.errors import LocalAwsError

if TYPE_CHECKING:
    from local.demo.person import Person
    from local.embedded.environment import DataDirectory

_FAILED = 1
_TOKEN = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?')
_NAME, _TEXT, _OTHER, _PLAIN = "\x1b[36m", "\x1b[32m", "\x1b[33m", "\x1b[0m"


def run_operation(
    directory: DataDirectory, document: str, *, variables: dict[str, Any], name: str, operation: str | None
) -> int:
    """Run an operation and print the response as JSON; a subscription prints its events until Ctrl-C.

    Args:
        directory: of the running backend.
        document: the GraphQL document; ``-`` reads it from standard input.
        variables: the operation's variables.
        name: the demo user's name.
        operation: the operation to run, if the document has several.

    Returns:
        0, or 1 if the response has errors, which are also printed as sentences on standard error.

    Raises:
        LocalAwsError: the backend does not run, there is no such user, or the subscription was refused or has
            ended.
    """
    person = sign_in(outputs_of_running(directory), name)
    text = sys.stdin.read() if document == "-" else document
    if _is_subscription(text, operation):
        return _listen(person, text, variables, operation)
    with explained(name):
        response = person.graphql.request(text, variables, operation=operation)
    if not isinstance(response.body, dict):
        message = f"The local AWS returned HTTP {response.status}, which is not a GraphQL response."
        raise LocalAwsError(message)
    _show(response.body)
    for error in response.errors:
        print(error, file=sys.stderr)
    return _FAILED if response.errors else 0


def _is_subscription(document: str, operation: str | None) -> bool:
    """Return whether the operation is a subscription; False for an invalid document, which the backend reports."""
    try:
        definitions = parse(document, no_location=True).definitions
    except GraphQLError:
        return False
    return any(
        node.operation is OperationType.SUBSCRIPTION
        for node in definitions
        if isinstance(node, OperationDefinitionNode) and (not operation or (node.name and node.name.value == operation))
    )


def _listen(person: Person, document: str, variables: dict[str, Any], operation: str | None) -> int:
    try:
        asyncio.run(_print_events(person, document, variables, operation))
    except KeyboardInterrupt:
        return 0
    except RefusedError as error:
        _show({"errors": error.errors})
        raise
    print("The backend has ended the subscription.", file=sys.stderr)
    return _FAILED


async def _print_events(person: Person, document: str, variables: dict[str, Any], operation: str | None) -> None:
    with explained(person.name):
        async with person.realtime() as realtime:
            subscription = await realtime.subscribe(document, variables, operation=operation)
            print(f"Subscribed as {person.name}; Ctrl-C ends.", file=sys.stderr, flush=True)
            async for event in subscription:
                _show(event.payload)


def _show(answer: dict[str, Any]) -> None:
    text = json.dumps(answer, indent=2, ensure_ascii=False)
    say(coloured(text) if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else text)


def coloured(text: str) -> str:
    """Return JSON with terminal colours."""

    def paint(found: re.Match[str]) -> str:
        quoted, colon = found[1], found[2]
        if colon:
            return f"{_NAME}{quoted}{_PLAIN}{colon}"
        return f"{_TEXT if quoted else _OTHER}{found[0]}{_PLAIN}"

    return _TOKEN.sub(paint, text)
