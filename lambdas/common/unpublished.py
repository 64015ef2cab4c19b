"""Events that the answer of a mutation did not bring to subscribers (docs/adr/0014).

The write that made the change left its event in the row, as ``unpublished`` (``graphql/shared/unpublished.js``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambdas.common.graphql import GraphqlError
from lambdas.common.observability import logger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambdas.common.graphql import GraphqlClient
    from lambdas.common.items import Row
    from lambdas.common.streams import Change

_ATTRIBUTE = "unpublished"
_GONE = ("NotFound",)


def unpublished_event(change: Change) -> Row | None:
    """Return the event that a change has left; None where it left none.

    An event of an earlier change may still be in the row: it has another id than one that is new.

    Args:
        change: of the messages or the memberships table.
    """
    event: Row | None = (change.new or {}).get(_ATTRIBUTE)
    return event if event is not None and change.changed(_ATTRIBUTE) else None


def publish(client: GraphqlClient, document: str, variables: Mapping[str, Any]) -> None:
    """Publish an event, unless what it is about has gone meanwhile. Publishing it once more does no harm.

    Args:
        client: the API.
        document: one of ``publishing``.
        variables: its variables.

    Raises:
        GraphqlError: the API refused it for another reason.
    """
    try:
        client.execute(document, variables)
    except GraphqlError as error:
        if error.kinds != _GONE:
            raise
        logger.info("What the event is about is gone")
