"""Tests of APPSYNC_JS: the runtime, its library, and the checks of code."""
