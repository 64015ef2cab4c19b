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
MEANINGS = {
    EXIT_OK: "The command succeeded.",
    REFUSED: "The command was refused, or it found something. The message names the reason and the remedy.",
    USAGE: "A command, an option or a value is wrong. Nothing was done.",
    FAILED: "An error occurred, for example in Terraform, in AWS or in a file.",
    INTERRUPTED: "The command was interrupted by Ctrl-C.",
    READER_GONE: "The reader of standard output has ended, for example `head`.",
}
"""Exit code -> its meaning in `python -m ops --help` and in docs/operations.md."""
