"""The screen: one pane per user, with the user's view of the room and an input field."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import App
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Input, Static

from common.exit_codes import INTERRUPTED
from contract.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult

    from chat_client import Row
    from local.demo.chat.session import RoomSession
    from local.demo.chat.timeline import Timeline

THUMB: Final = "👍"
_REFRESH_SECONDS: Final = 1.0


def message_text(message: Row, timeline: Timeline) -> Content:
    """Return one message with its author, text and reactions."""
    if message["type"] == "SYSTEM":
        return Content.styled(message["content"] or "", "dim italic")
    own = message["authorId"] == timeline.user_id
    if message["deletedAt"]:
        said = Content.styled("deleted", "dim italic")
    else:
        said = Content(message["content"] or f"({message['type'].lower()})")
    name = Content.styled(f"{message['authorName'] or 'Somebody'}: ", "bold $success" if own else "bold $accent")
    edited = Content.styled(" (edited)", "dim") if message["editedAt"] and not message["deletedAt"] else Content("")
    counts = "  ".join(f"{reaction['emoji']} {reaction['count']}" for reaction in message["reactions"])
    return Content.assemble(name, said, edited, Content.styled(f"\n  {counts}", "dim") if counts else Content(""))


def timeline_text(timeline: Timeline) -> Content:
    """Return all messages, followed by those that are not sent yet."""
    lines = [message_text(message, timeline) for message in timeline.messages]
    lines += [Content.styled(f"... {content}", "dim") for content in timeline.unsent.values()]
    return Content("\n").join(lines) if lines else Content.styled("No message yet.", "dim")


class Pane(Vertical):
    """The pane of one user."""

    def __init__(self, session: RoomSession, room_name: str) -> None:
        super().__init__(id=session.name.lower())
        self.session = session
        self._room_name = room_name
        self._header = Static(classes="header")
        self._body = Static()
        self._scroll = VerticalScroll(self._body)
        self._scroll.can_focus = False
        self._hint = Static(classes="hint")
        self.line = Input(placeholder=f"Write as {session.name}", max_length=LIMITS["contentLength"])

    def compose(self) -> ComposeResult:
        """Yield the header, the messages, the typing indicator and the input field."""
        yield self._header
        yield self._scroll
        yield self._hint
        yield self.line

    @property
    def is_looked_at(self) -> bool:
        """Whether this pane has the focus."""
        return self.line.has_focus

    def show(self) -> None:
        """Display the session's current state."""
        timeline = self.session.timeline
        unread = timeline.unread
        news = Content.styled(f"  {unread} unread", "bold $warning") if unread else Content("")
        self._header.update(Content.assemble((self.session.name, "bold"), f" in {self._room_name}", news))
        self._body.update(timeline_text(timeline))
        self._scroll.scroll_end(animate=False)
        typists = timeline.typists
        verb = "is" if len(typists) == 1 else "are"
        self._hint.update(self.session.trouble or (f"{', '.join(typists)} {verb} writing ..." if typists else ""))


class TerminalChat(App[None]):
    """The terminal application with both users."""

    TITLE = "Chat"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Pane { width: 1fr; border: round $surface-lighten-2; }
    Pane:focus-within { border: round $accent; }
    Pane .header { height: 1; padding: 0 1; background: $boost; }
    Pane VerticalScroll { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    Pane .hint { height: 1; padding: 0 1; color: $text-muted; text-style: italic; }
    Pane Input { border: tall $surface-lighten-1; }
    Pane Input:focus { border: tall $accent; }
    """
    BINDINGS: ClassVar = [
        Binding("tab", "switch", "Other person", priority=True),
        Binding("ctrl+r", "react", f"{THUMB} last message", priority=True),
        Binding("ctrl+q", "quit", "Quit", priority=True),
    ]

    def __init__(self, sessions: tuple[RoomSession, RoomSession], room_name: str) -> None:
        super().__init__()
        self.panes = tuple(Pane(session, room_name) for session in sessions)

    def compose(self) -> ComposeResult:
        """Yield the panes side by side and the footer."""
        yield Horizontal(*self.panes)
        yield Footer()

    def on_mount(self) -> None:
        """Start both sessions."""
        for pane in self.panes:
            self.run_worker(pane.session.run(), group=pane.session.name)
        self.panes[0].line.focus()
        self.set_interval(_REFRESH_SECONDS, self.refresh_panes)  # typing indicators expire

    def refresh_panes(self) -> None:
        """Redraw both panes and mark the focused one as read."""
        if not self.is_running:
            return
        for pane in self.panes:
            pane.show()
            if pane.is_looked_at and pane.session.timeline.unread:
                self._begin(pane.session.read)

    def on_descendant_focus(self) -> None:
        """Refresh when the focus moves to another pane."""
        self.refresh_panes()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Send the entered text."""
        content = event.value.strip()
        event.input.clear()
        if content:
            session = self._pane_of(event.input).session
            self._begin(lambda: session.send(content))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Send typing events while the user writes."""
        session = self._pane_of(event.input).session
        if event.value.strip():
            self._begin(session.typing)
        elif not session.timeline.unsent:
            self._begin(session.stopped_typing)

    def action_switch(self) -> None:
        """Move the focus to the other user."""
        first, second = self.panes
        (second if first.is_looked_at else first).line.focus()

    def action_help_quit(self) -> None:
        """Handle Ctrl-C: copy the selection; without a selection, quit."""
        self.exit(return_code=INTERRUPTED)

    def action_react(self) -> None:
        """Add a thumbs-up to the newest message of the other user."""
        pane = next((pane for pane in self.panes if pane.is_looked_at), self.panes[0])
        self._begin(lambda: pane.session.react(THUMB))

    def _pane_of(self, line: Input) -> Pane:
        return next(pane for pane in self.panes if pane.line is line)

    def _begin(self, act: Callable[[], Awaitable[object]]) -> None:
        self.run_worker(_awaited(act))


async def _awaited(act: Callable[[], Awaitable[object]]) -> None:
    await act()
