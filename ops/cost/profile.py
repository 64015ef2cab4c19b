"""The load of an estimate: users and their actions, with the source of each default.

*Mattermost* is the action mix of its load test (mattermost/mattermost-load-test-ng, ``simulcontroller/controller.go``),
taken from production: how often a user performs an action per message sent.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

ASSUMED = "assumed"
MATTERMOST = "Mattermost"
DAYS = 30
"""Days of a month."""
DIRECT_MEMBERS = 2


def _field(default: float, about: str, source: str, *, least: float = 0, most: float | None = None) -> Any:  # noqa: ANN401 - a pydantic field stands for its value
    return Field(default, ge=least, le=most, description=about, json_schema_extra={"source": source})


class Profile(BaseModel):
    """The load of one month. Shares are numbers from 0 to 1."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    users: int = _field(10_000, "users who sign in at least once in the month", ASSUMED)
    daily_active_share: float = _field(0.5, "share of the users who are active on a day", ASSUMED, most=1)
    messages_per_user_day: float = _field(30, "messages per active user and day", ASSUMED)
    hours_connected: float = _field(8, "hours per day that an active user is connected", "a working day", most=24)
    busy_hours: float = _field(12, "hours of the day over which connections are spread", ASSUMED, least=1, most=24)
    devices: float = _field(1.2, "connected devices per user", ASSUMED, least=1)
    rooms_per_user: float = _field(20, "rooms per user", ASSUMED)
    members_per_room: float = _field(25, "members of a room that is not direct", ASSUMED, least=2)
    direct_share: float = _field(0.6, "share of messages in direct rooms", MATTERMOST, most=1)
    open_share: float = _field(0.3, "share of a room's connected members who have it open", ASSUMED, most=1)
    message_bytes: int = _field(400, "bytes of a message in DynamoDB", "as measured", least=100, most=16_000)
    reply_share: float = _field(0.18, "share of messages that are replies", MATTERMOST, most=1)
    mention_share: float = _field(0.05, "share of messages with a mention", ASSUMED, most=1)
    file_share: float = _field(0.02, "share of messages with an attachment", MATTERMOST, most=1)
    file_megabytes: float = _field(1, "megabytes of an attachment", ASSUMED)
    downloads_per_file: float = _field(3, "downloads per attachment", ASSUMED)
    rooms_opened: float = _field(7.5, "rooms opened, per message (6.52 rooms, 0.98 direct rooms)", MATTERMOST)
    subscriptions_per_room: float = _field(9, "subscriptions per open room and client", "schema.graphql")
    subscriptions_kept: float = _field(0, "share of opened rooms whose subscriptions are still active", ASSUMED, most=1)
    rooms_watched: float = _field(60, "rooms that a client subscribes to for its room list", "web/")
    pages_scrolled: float = _field(1.99, "older pages read, per message", MATTERMOST)
    lists_read: float = _field(1, "reads of the room list, per message", MATTERMOST)
    threads_viewed: float = _field(0.28, "threads read, per message", MATTERMOST)
    links_followed: float = _field(0.3, "single messages read, per message", MATTERMOST)
    reactions: float = _field(0.131, "reactions, per message", MATTERMOST)
    edits: float = _field(0.04, "edits, per message", MATTERMOST)
    deletions: float = _field(0.0049, "deletions, per message", MATTERMOST)
    joins: float = _field(0.0049, "rooms joined, per message", MATTERMOST)
    directs_begun: float = _field(0.0055, "direct rooms created, per message", MATTERMOST)
    typing_starts: float = _field(2, "typing indicators of 10 seconds, per message", ASSUMED)
    typing_stops: float = _field(0.5, "typing indicators withdrawn, per message", ASSUMED)
    reconnects: float = _field(0.144, "reconnections, per message", MATTERMOST)
    heartbeat_seconds: float = _field(60, "seconds between heartbeats", "docs/api.md", least=10)
    refresh_minutes: float = _field(5, "minutes between refreshes of an open room", "docs/api.md", least=1)
    months_kept: float = _field(12, "months that messages and attachments are stored", ASSUMED)
    function_milliseconds: float = _field(100, "milliseconds per invocation of a function", ASSUMED)

    @property
    def user_days(self) -> float:
        """Active days of all users together."""
        return self.users * self.daily_active_share * DAYS

    @property
    def messages(self) -> float:
        """Messages per month."""
        return self.user_days * self.messages_per_user_day

    @property
    def connected_share(self) -> float:
        """Share of all users who are connected in a busy hour."""
        return self.daily_active_share * min(1.0, self.hours_connected / self.busy_hours)

    @property
    def connection_minutes(self) -> float:
        """Connection minutes of all devices together."""
        return self.user_days * self.devices * self.hours_connected * 60

    @property
    def files(self) -> float:
        """Attachments sent per month."""
        return self.messages * self.file_share

    def audience(self, members: float) -> float:
        """Return how many devices have a room of this size open during an action in it, including the acting device."""
        return self._reached(members, self.open_share)

    @property
    def mean_audience(self) -> float:
        """The mean audience of direct and other rooms, weighted by their messages."""
        return self._over_rooms(self.open_share)

    @property
    def mean_listeners(self) -> float:
        """Devices that receive a new message: they have its room open or subscribe to it for their room list."""
        watched = min(1.0, self.rooms_watched / self.rooms_per_user) if self.rooms_per_user else 0.0
        return self._over_rooms(max(self.open_share, watched))

    def _over_rooms(self, share: float) -> float:
        direct = self.direct_share * self._reached(DIRECT_MEMBERS, share)
        return direct + (1 - self.direct_share) * self._reached(self.members_per_room, share)

    def _reached(self, members: float, share: float) -> float:
        return 1 + (members - 1) * self.connected_share * share * self.devices
