"""The skeleton of a function on the stream of a table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from common.commands import RefusedError
from contract.tables import TABLES
from tools.new.names import checked

if TYPE_CHECKING:
    from tools.new.change import Change

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_DEFINITIONS = "stacks/background/functions.py"


def add_function(change: Change, name: str, table: str) -> None:
    """Add the files and entries of a function.

    Args:
        change: receives them.
        name: of its folder below ``lambdas/``.
        table: key of the table whose stream it reads.

    Raises:
        RefusedError: the name or the table cannot be used.
    """
    checked(_NAME, name, "a function", "link_previews")
    streamed = [declared.key for declared in TABLES if declared.stream]
    if table not in streamed:
        raise RefusedError(f"The table {table!r} has no stream. Give one of {', '.join(streamed)}.")
    words = name.replace("_", " ")
    change.create(f"lambdas/{name}/__init__.py", f'"""The function {words}."""\n')
    change.create(f"lambdas/{name}/logic.py", _LOGIC.format(words=words))
    change.create(f"lambdas/{name}/handler.py", _HANDLER.format(name=name, words=words, table=table))
    change.create(f"tests/unit/lambdas/test_{name}.py", _TEST.format(name=name, words=words))
    constant = name.upper()
    change.insert(
        _DEFINITIONS, _DEFINITION.format(constant=constant, name=name, table=table), before="BACKGROUND_FUNCTIONS: "
    )
    change.insert(_DEFINITIONS, f"    {constant},\n", before=")", after="\nBACKGROUND_FUNCTIONS: ")
    change.remaining += [
        f"lambdas/{name}/logic.py: the behaviour",
        f"lambdas/{name}/handler.py: clients of what it uses, and their settings",
        f"{_DEFINITIONS}: description, filters of the stream, access",
        "docs/permissions.md: the reason of each statement, after `python -m tools.regenerate`",
        f"tests/unit/lambdas/test_{name}.py: replace the failing test",
    ]


_LOGIC = '''"""What {words} does with a changed row."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdas.common.streams import Change


def handle(change: Change) -> None:
    """Handle one changed row; raises what makes Lambda deliver the record again."""
    raise NotImplementedError(change.table)
'''
_HANDLER = '''"""Entry point of {words}: records of the stream of {table}."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambdas.common.observability import logger, metrics, tracer
from lambdas.common.streams import handle_changes
from lambdas.{name}.logic import handle

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext


@logger.inject_lambda_context
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Return the records that failed, so that Lambda retries from the first of them."""
    return handle_changes(event, context, handle)
'''
_DEFINITION = """
{constant} = BackgroundDefinition(
    name="{name}",
    description="DESCRIBE THE FUNCTION HERE",
    streams={{"{table}": (stream_filter("INSERT"),)}},
    access=(),
)
"""
_TEST = '''"""What {words} does with a changed row."""

from __future__ import annotations

import pytest

from lambdas.{name}.handler import handler


def test_a_changed_row() -> None:
    pytest.fail(f"write the behaviour and its tests; the entry point is {{handler.__module__}}")
'''
