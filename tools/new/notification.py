"""The skeleton of a notification type: its value in the schema, its text in the web client, and a test."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from common.commands import RefusedError
from tools.new.names import checked

if TYPE_CHECKING:
    from tools.new.change import Change

_NAME = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
_SCHEMA = "graphql/schema.graphql"
_PANEL = "web/src/components/notifications-panel.tsx"
_LOGIC = "lambdas/notifications/logic.py"


def add_notification(change: Change, name: str) -> None:
    """Add the files and entries of a notification type.

    Args:
        change: receives them.
        name: value of ``NotificationType``, for example ``REACTION``.

    Raises:
        RefusedError: the name cannot be used, or the type exists.
    """
    checked(_NAME, name, "a kind of notification", "REACTION")
    enum = change.text(_SCHEMA).partition("\nenum NotificationType {")[2].partition("\n}")[0]
    if name in enum.split():
        raise RefusedError(f"NotificationType has the value {name} already. Choose another name.")
    text = f'  "DESCRIBE {name} HERE."\n  {name}\n'
    change.insert(_SCHEMA, text, before="}", after="\nenum NotificationType {")
    case = f"    case '{name}':\n      return `has news for you in ${{room}}`;\n"
    change.insert(_PANEL, case, before="  }", after="switch (type) {")
    test = f"tests/unit/lambdas/test_notification_of_{name.lower()}.py"
    change.create(test, _TEST.format(name=name, function=name.lower()))
    change.remaining += [
        f"{_SCHEMA}: description of {name}",
        f"{_PANEL}: the text",
        f"{_LOGIC}: the condition that triggers it, and which notification levels include it (_WANTED)",
        f"{test}: replace the failing test",
    ]


_TEST = '''"""Notifications of the kind {name}."""

from __future__ import annotations

from typing import get_args

import pytest

from lambdas.common.schema_enums import NotificationType


def test_{function}() -> None:
    assert "{name}" in get_args(NotificationType), "run python -m tools.regenerate"

    pytest.fail("write the condition of the notification and its tests")
'''
