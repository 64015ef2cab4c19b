"""The skeleton of a table: its entry in the contract."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from common.commands import RefusedError
from tools.new.names import checked

if TYPE_CHECKING:
    from tools.new.change import Change

_NAME = re.compile(r"[a-z]{3,24}")
_FILE = "contract/tables.json"


def add_table(change: Change, name: str) -> None:
    """Add the entry of a table of rows about rooms.

    Args:
        change: receives it.
        name: key of the table: one word in the plural, for example ``pins``.

    Raises:
        RefusedError: the name cannot be used, or the table exists.
    """
    checked(_NAME, name, "a table", "pins")
    tables = json.loads(change.text(_FILE))
    if name in tables:
        raise RefusedError(f"The table {name} exists already. Choose another name.")
    entry = f'  "{name}": {{\n    "key": {{ "roomId": "S", "{name.removesuffix("s")}Id": "S" }}\n  }}'
    following = [known for known in tables if known > name]
    if following:
        change.insert(_FILE, f"{entry},\n", before=f'  "{min(following)}": {{')
    else:
        change.written[_FILE] = change.text(_FILE).removesuffix("\n}\n") + f",\n{entry}\n}}\n"
    change.remaining.append(f"{_FILE}: key, indexes, stream and expiry of {name}")
