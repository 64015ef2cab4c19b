"""The load that is priced: who there is and what they do, with where each default comes from.

*Mattermost* is the action mix of its load test (mattermost/mattermost-load-test-ng, ``simulcontroller/controller.go``),
taken from production: how often a user does something for each message that the user sends.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

ASSUMED = "assumed"
MATTERMOST = "Mattermost"
DAYS = 30
"""In a month."""
DIRECT_MEMBERS = 2


def _field(default: float, about: str, source: str, *, least: float = 0, most: float | None = None) -> Any:  # noqa: ANN401 - a pydantic field stands for its value
    return Field(default, ge=least, le=most, description=about, json_schema_extra={"source": source})


class Profile(BaseModel):
    """One month of a chat. A share is a number from 0 to 1."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    users: int = _field(10_000, "people who sign in at least once in the month", ASSUMED)
    daily_active_share: float = _field(0.5, "share of them who are there on a day", ASSUMED, most=1)
    messages_per_user_day: float = _field(30, "messages of one of these on a day", ASSUMED)
    hours_connected: float = _field(8, "hours that one of these is connected on a day", "a working day", most=24)
    busy_hours: float = _field(12, "hours of the day over which that is spread", ASSUMED, least=1, most=24)
    devices: float = _field(1.2, "devices of a person connected at once", ASSUMED, least=1)
    rooms_per_user: float = _field(20, "rooms of a person", ASSUMED)
    members_per_room: float = _field(25, "members of a room that is not a direct one", ASSUMED, least=2)
    direct_share: float = _field(0.6, "share of messages in rooms of two", MATTERMOST, most=1)
    open_share: float = _field(0.3, "share of a room's connected members who look at it", ASSUMED, most=1)
    message_bytes: int = _field(400, "bytes of a message in DynamoDB", "measured with it", least=100, most=16_000)
    reply_share: float = _field(0.18, "share of messages that are replies", MATTERMOST, most=1)
    mention_share: float = _field(0.05, "share of messages that mention somebody", ASSUMED, most=1)
    file_share: float = _field(0.02, "share of messages with a file", MATTERMOST, most=1)
    file_megabytes: float = _field(1, "size of a file", ASSUMED)
    downloads_per_file: float = _field(3, "times a file is downloaded", ASSUMED)
    rooms_opened: float = _field(7.5, "rooms opened, per message (6.52 switched to, 0.98 direct)", MATTERMOST)
    subscriptions_per_room: float = _field(9, "subscriptions that a client starts for a room", "schema.graphql")
    subscriptions_kept: float = _field(0, "share of opened rooms that are still subscribed to", ASSUMED, most=1)
    rooms_watched: float = _field(60, "rooms of which a client hears new messages without showing them", "web/")
    pages_scrolled: float = _field(1.99, "older pages read, per message", MATTERMOST)
    lists_read: float = _field(1, "times the list of rooms is read, per message", MATTERMOST)
    threads_viewed: float = _field(0.28, "threads read, per message", MATTERMOST)
    links_followed: float = _field(0.3, "single messages read, per message", MATTERMOST)
    reactions: float = _field(0.131, "reactions, per message", MATTERMOST)
    edits: float = _field(0.04, "edits, per message", MATTERMOST)
    deletions: float = _field(0.0049, "deletions, per message", MATTERMOST)
    joins: float = _field(0.0049, "rooms joined, per message", MATTERMOST)
    directs_begun: float = _field(0.0055, "direct rooms begun, per message", MATTERMOST)
    typing_starts: float = _field(2, "typing indicators, one for 10 seconds, per message", ASSUMED)
    typing_stops: float = _field(0.5, "times somebody stops writing, per message", ASSUMED)
    reconnects: float = _field(0.144, "reconnections, per message", MATTERMOST)
    heartbeat_seconds: float = _field(60, "seconds between heartbeats", "docs/api.md", least=10)
    refresh_minutes: float = _field(5, "minutes after which an open room is read again", "docs/api.md", least=1)
    months_kept: float = _field(12, "months of messages and files that are stored", ASSUMED)
    function_milliseconds: float = _field(100, "duration of one call of a function", ASSUMED)

    @property
    def user_days(self) -> float:
        """Days on which somebody was there, over all people."""
        return self.users * self.daily_active_share * DAYS

    @property
    def messages(self) -> float:
        """Messages of the month."""
        return self.user_days * self.messages_per_user_day

    @property
    def connected_share(self) -> float:
        """Share of all people who are connected at a busy hour."""
        return self.daily_active_share * min(1.0, self.hours_connected / self.busy_hours)

    @property
    def connection_minutes(self) -> float:
        """Minutes of all connections together."""
        return self.user_days * self.devices * self.hours_connected * 60

    @property
    def files(self) -> float:
        """Files sent in the month."""
        return self.messages * self.file_share

    def audience(self, members: float) -> float:
        """Return how many devices show a room when somebody in it does something: the own one, and those of others."""
        return self._reached(members, self.open_share)

    @property
    def mean_audience(self) -> float:
        """The audience, over direct and other rooms by their messages."""
        return self._over_rooms(self.open_share)

    @property
    def mean_listeners(self) -> float:
        """How many devices hear of a new message: those that show its room, and those that watch it in their list."""
        watched = min(1.0, self.rooms_watched / self.rooms_per_user) if self.rooms_per_user else 0.0
        return self._over_rooms(max(self.open_share, watched))

    def _over_rooms(self, share: float) -> float:
        direct = self.direct_share * self._reached(DIRECT_MEMBERS, share)
        return direct + (1 - self.direct_share) * self._reached(self.members_per_room, share)

    def _reached(self, members: float, share: float) -> float:
        return 1 + (members - 1) * self.connected_share * share * self.devices
