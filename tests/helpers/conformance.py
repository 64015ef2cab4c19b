"""Marks tests with the AppSync behaviours that they verify; `docs/local-aws.md` is generated from the marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tools.documents.local_aws.catalogue import BEHAVIOURS

if TYPE_CHECKING:
    from collections.abc import Callable

    Test = TypeVar("Test", bound=Callable[..., object])

_KNOWN = frozenset(behaviour.id for behaviour in BEHAVIOURS)


def conforms(*ids: str) -> Callable[[Test], Test]:
    """Decorate a test with the ids of the behaviours that it verifies.

    Raises:
        ValueError: an id is missing from the catalogue.
    """
    unknown = set(ids) - _KNOWN
    if unknown:
        raise ValueError(f"Not in tools/documents/local_aws/catalogue.py: {', '.join(sorted(unknown))}")
    return lambda test: test
