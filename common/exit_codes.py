"""The exit codes of all commands."""

from __future__ import annotations

EXIT_OK = 0
REFUSED = 1
"""What was asked for is not to be done; the message says why and what allows it."""
USAGE = 2
FAILED = 3
"""Something did not work: Terraform, AWS, a file."""
INTERRUPTED = 130
READER_GONE = 141
"""Nobody reads standard output any more (``| head``): as of a process that SIGPIPE has ended."""
