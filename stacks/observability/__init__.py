"""Alarms, metrics from logs, and the dashboard: whether chat is healthy, and who hears when it is not."""

from stacks.observability.construct import Observability

__all__ = ["Observability"]
