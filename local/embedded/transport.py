"""Satisfies policy conditions that require TLS (``aws:SecureTransport``) without TLS on this machine.

These conditions protect against eavesdropping on the network, which loopback does not use. Without this module, a
bucket or queue whose policy denies plain HTTP, as recommended, could be used over the TLS port only, and not by
functions, which get the plain endpoint. Uses these internal names of MiniStack (pinned): ``core.iam_evaluator``'s
``_resolve_condition_key``.
"""

from __future__ import annotations

from typing import Any

_KEY = "aws:securetransport"


def take_loopback_for_secure() -> None:
    """Make every condition on the transport evaluate as TLS."""
    from ministack.core import iam_evaluator  # noqa: PLC0415 - see emulator.Emulator

    _answer_for_transport(iam_evaluator)


def _answer_for_transport(module: Any) -> None:  # noqa: ANN401 - MiniStack's own untyped module
    resolve = module._resolve_condition_key  # noqa: SLF001 - pinned version

    def resolve_with_transport(key: str, context: Any) -> Any:  # noqa: ANN401
        return "true" if key.lower() == _KEY else resolve(key, context)

    module._resolve_condition_key = resolve_with_transport  # noqa: SLF001
