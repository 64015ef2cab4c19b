"""Authorization rules of data export and account deletion. Callers' deletions are marked as done in room_fixture.py."""

from __future__ import annotations

from tests.integration.authorization.rule import EVERYBODY, Rule

RULES = {
    "myPrivacyJobs": Rule(lambda _: {}, EVERYBODY),
    "exportMyData": Rule(lambda _: {}, EVERYBODY),
    "deleteMyAccount": Rule(lambda _: {}, EVERYBODY),
}
