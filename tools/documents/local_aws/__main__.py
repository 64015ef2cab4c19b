"""Writes docs/local-aws.md: ``python -m tools.documents.local_aws``."""

from __future__ import annotations

import sys

from common.commands import Parser, run
from common.exit_codes import EXIT_OK
from tools.documents.local_aws.document import DOCUMENT, render


def main(arguments: list[str] | None = None) -> int:
    """Write the page."""
    Parser(prog="python -m tools.documents.local_aws", description=__doc__).parse_args(arguments)
    return run(_write)


def _write() -> int:
    DOCUMENT.write_text(render(), encoding="utf-8")
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
