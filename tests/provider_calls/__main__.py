"""Writes the record of the provider's calls: ``python -m tests.provider_calls``; takes about 15 minutes."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from common.commands import Parser, log, run
from common.exit_codes import EXIT_OK
from stacks.versions import AWS_PROVIDER_VERSION
from tests.helpers.operator import ENVIRONMENTS
from tests.provider_calls.record import RECORD, merged, write
from tests.provider_calls.recording import record


def main(arguments: list[str] | None = None) -> int:
    """Record all environments and write the record."""
    Parser(prog="python -m tests.provider_calls", description=__doc__).parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="provider-calls-") as folder:
        calls = list(merged(record(ENVIRONMENTS, Path(folder), log)))
    about = f"Calls of the AWS provider {AWS_PROVIDER_VERSION}; written by python -m tests.provider_calls"
    write(calls, RECORD, about)
    log(f"{len(calls)} calls: {RECORD}")
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(run(main))
