"""What one operation takes, as ``python -m benchmarks operations`` has measured it at the running backend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from common.commands import OperationError
from common.json_documents import read_object
from ops.order import ROOT

if TYPE_CHECKING:
    from pathlib import Path

MEASURED = ROOT / "benchmarks" / "operations.json"
MEASURED_MESSAGE_BYTES = 400
"""Size in DynamoDB of the messages it was measured with."""
REMEDY = "Measure again: python -m benchmarks operations --write"


@dataclass(frozen=True, slots=True)
class Case:
    """One of the measured cases.

    Attributes:
        operation: the field of the schema.
        name: the benchmark's name of the case.
        answer_bytes: of the answer to the operation's canonical document, counted once in the same room; the benchmark
            measures units, not bytes.
    """

    operation: str
    name: str
    answer_bytes: int


SEND = Case("createMessage", "a text", 786)
SEND_REPLY = Case("createMessage", "a reply", 995)
SEND_MENTIONS = Case("createMessage", "with 2 mentions", 860)
MENTIONS = 2
REACT = Case("createReaction", "the first one", 279)
EDIT = Case("updateMessage", "a text", 828)
DELETE = Case("deleteMessage", "one's own", 690)
READ_MESSAGE = Case("getMessage", "a text", 775)
READ_PAGE = Case("messagesByRoom", "the newest 50 of 400 bytes", 37_670)
READ_AGAIN = Case("messagesByRoom", "50 of 400 bytes, with afterSeq", 37_670)
READ_THREAD = Case("repliesByMessage", "9 replies of 400 bytes", 7_600)
MARK_READ = Case("markRoomRead", "to the end", 283)
LIST_ROOMS = Case("myChatRooms", "50 rooms", 55_403)
LISTED_ROOMS = 50
LIST_NOTIFICATIONS = Case("myNotifications", "a page of 50", 24_000)
LIST_PRESENCE_OF_2 = Case("presenceByRoom", "in a room of 2", 290)
LIST_PRESENCE_OF_100 = Case("presenceByRoom", "in a room of 100", 12_050)
CROWD = 100
HEARTBEAT = Case("updatePresence", "the minute's heartbeat", 200)
HEARTBEAT_AGAIN = Case("updatePresence", "within the same minute", 200)
START_TYPING = Case("startTyping", "a burst", 185)
STOP_TYPING = Case("stopTyping", "a burst", 184)
JOIN = Case("joinChatRoom", "a public room", 285)
OPEN_DIRECT = Case("openDirectRoom", "a new one", 532)
REQUEST_UPLOAD = Case("requestAttachmentUpload", "a file", 1_629)
REQUEST_DOWNLOAD = Case("attachmentUrl", "a file", 675)
SUBSCRIBE = Case("onMessageCreated", "of a room", 0)
SUBSCRIBE_OWN = Case("onNotificationReceived", "the caller's own", 0)


@dataclass(frozen=True, slots=True)
class Units:
    """What one call takes.

    Attributes:
        writes: DynamoDB's write units.
        reads: DynamoDB's read units.
        functions: calls of Lambda functions.
        response_bytes: the answer.
    """

    writes: float
    reads: float
    functions: int
    response_bytes: int


class Measurements:
    """The units of each case.

    Args:
        operations: as the benchmark wrote them, by field.
    """

    def __init__(self, operations: dict[str, Any]) -> None:
        self._operations = operations

    @classmethod
    def load(cls, file: Path = MEASURED) -> Measurements:
        """Read what the benchmark wrote.

        Raises:
            OperationError: it has not been written, or is something else.
        """
        operations = read_object(file, remedy=REMEDY).get("operations")
        if not isinstance(operations, dict):
            raise OperationError(f"{file} cannot be used: it has no units of operations. {REMEDY}")
        return cls(operations)

    def __getitem__(self, case: Case) -> Units:
        """Return the units of a case.

        Raises:
            OperationError: it was not measured.
        """
        try:
            entry = self._operations[case.operation][case.name]
            return Units(
                writes=float(entry["write_units"]),
                reads=float(entry["read_units"]),
                functions=int(entry["function_invocations"]),
                response_bytes=case.answer_bytes,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise OperationError(f"{case.operation} ({case.name}) was not measured ({error!r}). {REMEDY}") from error
