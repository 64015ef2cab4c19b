"""Typed settings of one environment: the keys of ``environments/<name>.toml`` with types, defaults and bounds.

One file per topic. A new section is a class in one of them and a field of ``Settings``. Every description is shown to
the user when a value is refused, so it states which values are allowed.
"""

from stacks.settings.deployment import PromotionSettings
from stacks.settings.environment import Settings
from stacks.settings.section import LOG_RETENTION_DAYS, Section

__all__ = ["LOG_RETENTION_DAYS", "PromotionSettings", "Section", "Settings"]
