"""The exit codes of all commands."""

from __future__ import annotations

EXIT_OK = 0
REFUSED = 1
"""The operation was refused by a check; the message has the reason and the remedy."""
USAGE = 2
FAILED = 3
"""The operation failed, for example in Terraform, AWS or a file."""
LOCKED = 4
"""The state is locked; only `python -m ops recover` ends with it."""
INTERRUPTED = 130
READER_GONE = 141
"""The reader of standard output has ended (``| head``); the code of a process ended by SIGPIPE."""
MEANINGS = {
    EXIT_OK: "The command succeeded.",
    REFUSED: "The command was refused, or it found something. The message names the reason and the remedy.",
    USAGE: "A command, an option or a value is wrong. Nothing was done.",
    FAILED: "An error occurred, for example in Terraform, in AWS or in a file.",
    LOCKED: "The state is locked (only `python -m ops recover`). The message names the owner of the lock.",
    INTERRUPTED: "The command was interrupted by Ctrl-C.",
    READER_GONE: "The reader of standard output has ended, for example `head`.",
}
"""Exit code -> its meaning in `python -m ops --help` and in docs/operations.md."""
