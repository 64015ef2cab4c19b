"""Rules of data export and account deletion. Deletions of the callers are marked as done: see ``room_fixture.py``."""

from __future__ import annotations

from tests.integration.authorization.rule import EVERYBODY, Rule

RULES = {
    "myPrivacyJobs": Rule(lambda _: {}, EVERYBODY),
    "exportMyData": Rule(lambda _: {}, EVERYBODY),
    "deleteMyAccount": Rule(lambda _: {}, EVERYBODY),
}
