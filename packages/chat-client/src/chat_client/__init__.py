"""Asyncio client of the chat backend.

`ChatClient` is one user: operations, sending, and rooms that are kept up to date. It uses `GraphQLClient` (HTTP),
`RealtimeClient` (AppSync's subscriptions) and `RoomView` (the client algorithm). ``chat_client.cognito`` signs in,
``chat_client.iam`` signs requests.
"""

from __future__ import annotations

from chat_client.client import ChatClient
from chat_client.errors import (
    ChatClientError,
    GraphQLError,
    HandshakeError,
    OperationError,
    SubscriptionEndedError,
    SubscriptionError,
    TransportError,
)
from chat_client.graphql import Authorization, GraphQLClient, Response
from chat_client.live import LiveRoomView
from chat_client.operations import document, documents
from chat_client.realtime import HeaderStyle, RealtimeClient, realtime_url
from chat_client.reconnecting import Backoff, keep_connected
from chat_client.room_view import RoomView, Row
from chat_client.subscription import Event, Subscription

__all__ = [
    "Authorization",
    "Backoff",
    "ChatClient",
    "ChatClientError",
    "Event",
    "GraphQLClient",
    "GraphQLError",
    "HandshakeError",
    "HeaderStyle",
    "LiveRoomView",
    "OperationError",
    "RealtimeClient",
    "Response",
    "RoomView",
    "Row",
    "Subscription",
    "SubscriptionEndedError",
    "SubscriptionError",
    "TransportError",
    "document",
    "documents",
    "keep_connected",
    "realtime_url",
]
