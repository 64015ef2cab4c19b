"""Logs and traces of all functions: one logger and one tracer, set up by Powertools' own environment variables.

Personal data stays out of both: names, e-mail addresses and message contents are never logged, and handlers capture no
responses. User ids (``sub``) may be logged, since they mean nothing outside the user pool.
"""

from aws_lambda_powertools import Logger, Tracer

logger = Logger()
"""Service name and level come from ``POWERTOOLS_SERVICE_NAME`` and ``POWERTOOLS_LOG_LEVEL``."""

tracer = Tracer()
"""Off outside of Lambda, and by ``POWERTOOLS_TRACE_DISABLED``."""
