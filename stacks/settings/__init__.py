"""Typed settings of one environment: what ``environments/<name>.toml`` may say, with its defaults and its limits.

One file a section: a new section is a file here and a line in ``environment.py``. Every description is shown to the
user when the value is refused, so it says what is allowed.
"""

from stacks.settings.environment import Settings
from stacks.settings.section import Section
from stacks.settings.values import LOG_RETENTION_DAYS

__all__ = ["LOG_RETENTION_DAYS", "Section", "Settings"]
