"""Validation messages of graphql-core and the corresponding messages of graphql-java 10."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Wording:
    """A message of graphql-core and the corresponding message of graphql-java."""

    pattern: re.Pattern[str]
    kind: str
    message: str
    """The message, with the groups of the pattern as ``{0}``, ``{1}``."""


def _wording(pattern: str, kind: str, message: str) -> Wording:
    return Wording(re.compile(pattern, re.DOTALL), kind, message)


_NAMED: Final = r"(\[.*|\w+!|\w+)"
WORDINGS: Final = (
    _wording(r"Cannot query field '(\w+)' on type '(\w+)'", "FieldUndefined", "Field '{0}' in type '{1}' is undefined"),
    _wording(
        r"GraphQL introspection has been disabled.* the field '(\w+)'",
        "FieldUndefined",
        "Field '{0}' in type 'Query' is undefined",
    ),
    _wording(
        rf"Field '(\w+)' of type '{_NAMED}' must have",
        "SubSelectionRequired",
        "Sub selection required for type {1} of field {0}",
    ),
    _wording(
        rf"Field '(\w+)' must not have a selection since type '{_NAMED}'",
        "SubSelectionNotAllowed",
        "Sub selection not allowed on leaf type {1} of field {0}",
    ),
    _wording(r"Unknown argument '(\w+)' on field", "UnknownArgument", "Unknown field argument {0}"),
    _wording(r"Unknown argument '(\w+)' on directive", "UnknownDirective", "Unknown directive argument {0}"),
    _wording(r"Field '\w+' argument '(\w+)' of type", "MissingFieldArgument", "Missing field argument {0}"),
    _wording(
        r"Directive '@\w+' argument '(\w+)' of type", "MissingDirectiveArgument", "Missing directive argument {0}"
    ),
    _wording(r"Unknown type '(\w+)'", "UnknownType", "Unknown type {0}"),
    _wording(r"Unknown fragment '(\w+)'", "UndefinedFragment", "Undefined fragment {0}"),
    _wording(r"Unknown directive '@(\w+)'", "UnknownDirective", "Unknown directive {0}"),
    _wording(r"Directive '@(\w+)' may not be used on", "MisplacedDirective", "Directive {0} not allowed here"),
    _wording(r"Variable '\$(\w+)' is not defined", "UndefinedVariable", "Undefined variable {0}"),
    _wording(r"Variable '\$(\w+)' is never used", "UnusedVariable", "Unused variable {0}"),
    _wording(
        r"Variable '\$\w+' of type '(.+)' used in position expecting type '(.+)'",
        "VariableTypeMismatch",
        "Variable type '{0}' doesn't match expected type '{1}'",
    ),
    _wording(r"Variable '\$\w+' cannot be non-input type", "NonInputTypeOnVariable", "Wrong type for a variable"),
    _wording(r"Fragment '(\w+)' is never used", "UnusedFragment", "Unused fragment {0}"),
    _wording(
        r"Fragment( '\w+')? cannot be spread here as objects of type '(\w+)' can never be of type '(\w+)'",
        "InvalidFragmentType",
        "Fragment{0} cannot be spread here as objects of type {1} can never be of type {2}",
    ),
    _wording(
        r"Fragment cannot condition",
        "InlineFragmentTypeConditionInvalid",
        "Inline fragment type condition is invalid, must be on Object/Interface/Union",
    ),
    _wording(
        r"Fragment '\w+' cannot condition",
        "InlineFragmentTypeConditionInvalid",
        "Fragment type condition is invalid, must be on Object/Interface/Union",
    ),
    _wording(r"Cannot spread fragment", "FragmentCycle", "Fragment cycles not allowed"),
    _wording(
        r"This anonymous operation", "LoneAnonymousOperationViolation", "Anonymous operation with other operations."
    ),
    _wording(r"(There can be only one operation named '\w+')", "DuplicateOperationName", "{0}"),
    _wording(r"(There can be only one fragment named '\w+')", "DuplicateFragmentName", "{0}"),
    _wording(r"(There can be only one argument named '\w+')", "DuplicateArgumentNames", "{0}"),
    _wording(
        r"There can be only one variable named '\$(\w+)'",
        "DuplicateVariableName",
        "There can be only one variable named '{0}'",
    ),
    _wording(
        r"There can be only one input field named '(\w+)'",
        "UniqueObjectFieldName",
        "There can be only one field named '{0}'",
    ),
    _wording(r"(The directive '@\w+' can only be used once at this location)", "DuplicateDirectiveName", "{0}"),
    _wording(
        r"(?:Anonymous Subscription|Subscription '(\w+)') must",
        "SubscriptionMultipleRootFields",
        "Subscription operation '{0}' must have exactly one root field",
    ),
    _wording(
        r"The '?(\w+)'? definition is not executable",
        "NonExecutableDefinition",
        "The {0} definition is not executable.",
    ),
    _wording(
        r"Too many validation errors",
        "MaxValidationErrorsReached",
        "The maximum number of validation errors has been reached.",
    ),
)
"""The first matching pattern is used."""
