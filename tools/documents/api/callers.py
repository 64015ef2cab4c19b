"""The callers of an operation as a sentence, from the rules of the authorization matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.integration.authorization import RULES
from tests.integration.authorization.rule import EVERYBODY, OK, Role, State

if TYPE_CHECKING:
    from tests.integration.authorization.rule import Rule

_REFUSED = ("Forbidden", "Banned")
_WORDS = {
    Role.OWNER: "owners",
    Role.MODERATOR: "moderators",
    Role.MEMBER: "members",
    Role.INVITED: "invited users",
    Role.BANNED: "banned users",
    Role.LEFT: "former members",
    Role.STRANGER: "non-members",
    Role.ADMINS: "`Admins`",
    Role.MODERATORS: "`Moderators`",
}
_STATES = {
    State.PRIVATE: "In a private room",
    State.FROZEN: "In a frozen room",
    State.ARCHIVED: "In an archived room",
}


def callers(operation: str) -> str:
    """Return a paragraph with the permitted callers, and the differences in private, frozen and archived rooms."""
    rule = RULES[operation]
    admitted = [role for role in Role if rule.expected(role, State.OPEN) not in _REFUSED]
    permitted = "all signed-in users" if set(admitted) == EVERYBODY else _listed(admitted)
    sentences = [f"{permitted}."]
    for state, words in _STATES.items():
        for outcome, roles in _differences(rule, state).items():
            whom = "them" if roles == admitted else _listed(roles)
            sentences.append(f"{words}: {outcome} for {whom}.")
    return " ".join(_merged(sentences))


def _differences(rule: Rule, state: State) -> dict[str, list[Role]]:
    """Return the roles whose outcome in a state differs from that in an open room, by outcome."""
    found: dict[str, list[Role]] = {}
    for role in Role:
        outcome = rule.expected(role, state)
        if outcome != rule.expected(role, State.OPEN):
            found.setdefault("allowed" if outcome == OK else f"`{outcome}`", []).append(role)
    return found


def _merged(sentences: list[str]) -> list[str]:
    """Merge equal sentences about frozen and archived rooms."""
    frozen, archived = "In a frozen room: ", "In an archived room: "
    both = {sentence.removeprefix(frozen) for sentence in sentences if sentence.startswith(frozen)} & {
        sentence.removeprefix(archived) for sentence in sentences if sentence.startswith(archived)
    }
    merged = []
    for sentence in sentences:
        said = sentence.removeprefix(frozen).removeprefix(archived)
        if said in both:
            if sentence.startswith(frozen):
                merged.append(f"In a frozen or archived room: {said}")
        else:
            merged.append(sentence)
    return merged


def _listed(roles: list[Role]) -> str:
    if set(roles) == EVERYBODY:
        return "all users"
    groups = [_WORDS[role] for role in roles if role in (Role.ADMINS, Role.MODERATORS)]
    people = [_WORDS[role] for role in roles if role not in (Role.ADMINS, Role.MODERATORS)]
    named = (f"the group {groups[0]}" if len(groups) == 1 else "the groups " + " and ".join(groups),) if groups else ()
    words = [*people, *named]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
