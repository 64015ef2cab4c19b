"""Settings of Hypothesis for all tests of the package."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# The same examples in every run, without a deadline. A run that looks for new examples sets their number.
settings.register_profile(
    "appsync-local",
    deadline=None,
    derandomize="CHAT_FUZZ_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("appsync-local")
