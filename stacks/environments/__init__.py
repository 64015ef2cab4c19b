"""Reads settings from ``environments/<name>.toml``, cdktf's context and the process environment; the last wins.

* Context: the keys of ``"context"`` in ``cdktf.json`` (or of ``CDKTF_CONTEXT_JSON``, which the ``cdktf`` command passes
  on) are settings, nested as in the files: ``{"log_retention_days": 7, "api": {"query_depth_limit": 5}}``. cdktf's own
  feature flags are left alone.
* Process environment: ``CHAT_<SETTING>``, in capitals, with ``__`` between levels: ``CHAT_LOG_RETENTION_DAYS=7``,
  ``CHAT_API__QUERY_DEPTH_LIMIT=5``. Lists and tables are written as JSON.
* ``CHAT_ENVIRONMENTS=dev,prod`` limits the run to these environments, and so does ``environment`` in the context or
  ``CHAT_ENVIRONMENT``. By default, all environments are synthesized.
* ``CHAT_ENVIRONMENTS_DIRECTORY=config`` reads the files of another directory, relative to the checkout.

Another variable with the prefix ``CHAT_`` is an error, unless it is in ``RESERVED``: it may be a misspelt setting.
"""

from stacks.environments.error_messages import ConfigurationError
from stacks.environments.loading import load_environments
from stacks.environments.overrides import PREFIX

__all__ = ["PREFIX", "ConfigurationError", "load_environments"]
