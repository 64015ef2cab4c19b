"""Rules of a user's own data: everybody has their own. The cast's deletions count as done already: see ``scene.py``."""

from __future__ import annotations

from tests.integration.authorization.rule import EVERYBODY, Rule

RULES = {
    "myPrivacyJobs": Rule(lambda _: {}, EVERYBODY),
    "exportMyData": Rule(lambda _: {}, EVERYBODY),
    "deleteMyAccount": Rule(lambda _: {}, EVERYBODY),
}
