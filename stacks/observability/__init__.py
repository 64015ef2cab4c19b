"""Alarms, metrics from logs, and the dashboard."""

from stacks.observability.construct import Observability

__all__ = ["Observability"]
