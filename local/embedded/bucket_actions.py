"""Derives the IAM action of an S3 request so that it is the action that MiniStack's S3 executes.

MiniStack 1.5.33 derives the action from one table of sub-resources, while its S3 selects the operation from another. A
caller with ``s3:GetBucketLocation`` only could therefore read every object by ``GET /bucket/key?location``, a caller
with permission for metrics settings only could delete the bucket by ``DELETE /bucket?metrics``, and if a query had two
sub-resources, policies were checked for one and S3 executed the other.

Uses these internal names of MiniStack (pinned): ``core.iam_actions._s3_action``, ``_S3_QUERY_ACTIONS``,
``_S3_BUCKET_QUERY_ACTIONS`` and ``_S3_OBJECT_QUERY_ACTIONS``; `_SERVED` follows ``services.s3._dispatch``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SETTINGS: Final = frozenset(
    {"cors", "encryption", "lifecycle", "ownershipControls", "policy", "publicAccessBlock", "replication", "tagging"}
    | {"website"}
)
_CHANGED: Final = _SETTINGS | {"accelerate", "acl", "logging", "notification", "object-lock", "versioning"}
_OF_OBJECTS: Final = frozenset({"acl", "annotation", "legal-hold", "retention", "tagging", "uploadId"})
_SERVED: Final[Mapping[tuple[str, bool], frozenset[str]]] = {
    ("GET", False): _CHANGED | {"location", "uploads", "versions"},
    ("PUT", False): _CHANGED | {"requestPayment"},
    ("DELETE", False): _SETTINGS,
    ("POST", False): frozenset({"delete"}),
    ("GET", True): _OF_OBJECTS | {"attributes"},
    ("PUT", True): _OF_OBJECTS,
    ("DELETE", True): frozenset({"annotation", "tagging", "uploadId"}),
    ("POST", True): frozenset({"restore", "uploadId", "uploads"}),
}
"""(Method, whether an object is named) -> the sub-resources that MiniStack's S3 evaluates. It ignores all others."""
_ALSO_CHOSEN_BY: Final = frozenset({"list-type", "request-payment"})
"""Parameters that MiniStack's S3 evaluates, but that its table of actions does not contain."""


class BucketActions:
    """The actions of S3 requests; `action` replaces MiniStack's own function.

    Args:
        unknown: the action if it is ambiguous what S3 would execute.
    """

    def __init__(self, unknown: str) -> None:
        from ministack.core import iam_actions  # noqa: PLC0415 - see emulator.Emulator

        tables: Iterable[Mapping[str, Any]] = (
            iam_actions._S3_QUERY_ACTIONS,  # noqa: SLF001
            iam_actions._S3_BUCKET_QUERY_ACTIONS,  # noqa: SLF001
            iam_actions._S3_OBJECT_QUERY_ACTIONS,  # noqa: SLF001
        )
        self._names = _ALSO_CHOSEN_BY.union(*tables)
        self._unknown = unknown
        self._derive: Any = iam_actions._s3_action  # noqa: SLF001
        iam_actions._s3_action = self.action  # noqa: SLF001

    def action(self, method: str, path: str, query_params: Mapping[str, Any]) -> str:
        """Return the action without its prefix, for example ``GetObject``.

        Args:
            method: the HTTP method.
            path: the decoded path, ``/bucket`` or ``/bucket/key``.
            query_params: the query, by name.
        """
        key = path.lstrip("/").partition("/")[2]
        named = self._names & query_params.keys()
        derived = self._derive(method, path, query_params)
        if len(named) > 1 or not derived or (key and not key.strip("/")):  # MiniStack ignores such a key
            return self._unknown
        plain = {name: value for name, value in query_params.items() if name not in named}
        is_chosen = named <= _SERVED.get((method, bool(key)), frozenset())
        return str(derived) if is_chosen or derived == self._derive(method, path, plain) else self._unknown
