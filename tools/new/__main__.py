"""Write the skeleton of something new: ``python -m tools.new KIND NAME``.

    python -m tools.new operation Mutation.pinMessage --topic messages
    python -m tools.new function link_previews --table messages
    python -m tools.new setting messaging.link_previews
    python -m tools.new table pins
    python -m tools.new notification REACTION

Prints the written files, then the remaining manual edits per file. All files are written or none. Tests of the
skeleton fail until they are replaced. docs/maintaining.md has a recipe for each kind.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from common.commands import Parser, run
from common.exit_codes import EXIT_OK
from tools.checkout import ROOT
from tools.new.change import Change
from tools.new.function import add_function
from tools.new.notification import add_notification
from tools.new.operation import add_operation
from tools.new.setting import add_setting
from tools.new.table import add_table

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Mapping, Sequence

KINDS: Final[Mapping[str, Callable[[Change, Namespace], None]]] = {
    "operation": lambda change, options: add_operation(change, options.name, options.topic),
    "function": lambda change, options: add_function(change, options.name, options.table),
    "setting": lambda change, options: add_setting(change, options.name),
    "table": lambda change, options: add_table(change, options.name),
    "notification": lambda change, options: add_notification(change, options.name),
}
"""Kind -> adds its skeleton to a change."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a skeleton; return the exit code."""
    parser = Parser(prog="python -m tools.new", description=__doc__)
    parser.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("name", metavar="NAME", help="as in the examples above")
    parser.add_argument("--topic", default="rooms", help="of an operation: its files' name (default: rooms)")
    parser.add_argument("--table", default="messages", help="of a function: whose stream it reads (default: messages)")
    parser.add_argument("--dry-run", action="store_true", help="print what would be written, and write nothing")
    options = parser.parse_args(arguments)
    return run(lambda: _make(options))


def _make(options: Namespace) -> int:
    change = Change(ROOT)
    KINDS[options.kind](change, options)
    if not options.dry_run:
        change.write()
    print("Would write:" if options.dry_run else "Wrote:", *sorted(change.written), sep="\n  ")
    print("By hand:", *change.remaining, sep="\n  ")
    print("Then run `python -m tools.regenerate`.")
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
