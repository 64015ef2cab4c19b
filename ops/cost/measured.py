"""The units of each operation, as measured by ``python -m benchmarks operations`` on the running backend."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from common.commands import OperationError
from common.json_documents import read_object
from ops.order import ROOT

if TYPE_CHECKING:
    from pathlib import Path

MEASURED = ROOT / "benchmarks" / "operations.json"
MEASURED_MESSAGE_BYTES = 400
"""Size in DynamoDB of the messages in the measurements."""
MEASURED_MENTIONS = 2
"""Mentions of the message in ``Case.SEND_MENTIONS``."""
MEASURED_ROOMS = 50
"""Rooms on the page in ``Case.LIST_ROOMS``."""
MEASURED_MEMBERS = 100
"""Members of the room in ``Case.LIST_PRESENCE_OF_100``."""
REMEDY = "Measure again: python -m benchmarks operations --write"


class Case(Enum):
    """The measured cases: the GraphQL field, the benchmark's name of the case, and the bytes of the response.

    The bytes are those of the response to the operation's canonical document in the same room. They were counted once,
    because the benchmark measures units only.
    """

    SEND = ("createMessage", "a text", 786)
    SEND_REPLY = ("createMessage", "a reply", 995)
    SEND_MENTIONS = ("createMessage", "with 2 mentions", 860)
    REACT = ("createReaction", "the first one", 279)
    EDIT = ("updateMessage", "a text", 828)
    DELETE = ("deleteMessage", "an own message", 690)
    READ_MESSAGE = ("getMessage", "a text", 775)
    READ_PAGE = ("messagesByRoom", "the newest 50 of 400 bytes", 37_670)
    READ_AGAIN = ("messagesByRoom", "50 of 400 bytes, with afterSeq", 37_670)
    READ_THREAD = ("repliesByMessage", "9 replies of 400 bytes", 7_600)
    MARK_READ = ("markRoomRead", "to the end", 283)
    LIST_ROOMS = ("myChatRooms", "50 rooms", 55_403)
    LIST_NOTIFICATIONS = ("myNotifications", "a page of 50", 24_000)
    LIST_PRESENCE_OF_2 = ("presenceByRoom", "in a room of 2", 290)
    LIST_PRESENCE_OF_100 = ("presenceByRoom", "in a room of 100", 12_050)
    HEARTBEAT = ("updatePresence", "the minute's heartbeat", 200)
    HEARTBEAT_AGAIN = ("updatePresence", "within the same minute", 200)
    START_TYPING = ("startTyping", "an indicator", 185)
    STOP_TYPING = ("stopTyping", "an indicator", 184)
    JOIN = ("joinChatRoom", "a public room", 285)
    OPEN_DIRECT = ("openDirectRoom", "a new one", 532)
    REQUEST_UPLOAD = ("requestAttachmentUpload", "a file", 1_629)
    REQUEST_DOWNLOAD = ("attachmentUrl", "a file", 675)
    SUBSCRIBE = ("onMessageCreated", "of a room", 0)
    SUBSCRIBE_OWN = ("onNotificationReceived", "the caller's own", 0)


@dataclass(frozen=True, slots=True)
class Units:
    """The usage of one call.

    Attributes:
        writes: DynamoDB write units.
        reads: DynamoDB read units.
        functions: invocations of Lambda functions.
        response_bytes: size of the response.
    """

    writes: float
    reads: float
    functions: int
    response_bytes: int


class Measurements:
    """The units of each case.

    Args:
        operations: the benchmark's results by GraphQL field and case.
    """

    def __init__(self, operations: dict[str, Any]) -> None:
        self._operations = operations

    @classmethod
    def load(cls, file: Path = MEASURED) -> Measurements:
        """Read the benchmark's results.

        Raises:
            OperationError: the file is missing or has no results.
        """
        operations = read_object(file, remedy=REMEDY).get("operations")
        if not isinstance(operations, dict):
            raise OperationError(f"{file} cannot be used: it has no units of operations. {REMEDY}")
        return cls(operations)

    def __getitem__(self, case: Case) -> Units:
        """Return the units of a case.

        Raises:
            OperationError: the case was not measured.
        """
        operation, name, response_bytes = case.value
        try:
            entry = self._operations[operation][name]
            return Units(
                writes=float(entry["write_units"]),
                reads=float(entry["read_units"]),
                functions=int(entry["function_invocations"]),
                response_bytes=response_bytes,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise OperationError(f"{operation} ({name}) was not measured ({error!r}). {REMEDY}") from error
