"""Tests of the evaluation of expressions, with which other tests run the workflows."""

from __future__ import annotations

import pytest

from tests.helpers.workflow.expressions import Evaluator

CONTEXTS = {
    "inputs": {"environment": "qa", "lock_id": "", "recover": False, "session-seconds": "3600"},
    "needs": {
        "release": {"result": "success", "outputs": {"next": "[]"}},
        "look": {"result": "failure", "outputs": {}},
    },
    "secrets": {"OIDC_CLIENT_SECRET_QA": "s"},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${{ inputs.environment }}", "qa"),
        ("deploy-${{ inputs.environment }}-${{ inputs.none }}.", "deploy-qa-."),
        ("${{ inputs.recover }}", False),
        ("is ${{ inputs.recover }}", "is false"),
        ("${{ inputs.session-seconds }}", "3600"),
        ("${{ secrets[format('OIDC_CLIENT_SECRET_{0}', inputs.environment)] }}", "s"),
        ("${{ secrets[format('OIDC_CLIENT_SECRET_{0}', 'dev')] }}", None),
        ("${{ toJSON(needs.*.result) }}", '["success", "failure"]'),
        ("${{ fromJSON(needs.release.outputs.next) }}", []),
        ("${{ inputs.lock_id && 'locked' || 'free' }}", "free"),
        ("${{ contains(fromJSON('[\"a\", \"b\"]'), 'b') }}", True),
        ("${{ !inputs.recover && 'it''s' }}", "it's"),
    ],
)
def test_an_expression_has_the_value_that_github_documents(text: str, value: object) -> None:
    assert Evaluator(CONTEXTS).render(text) == value


@pytest.mark.parametrize(
    ("condition", "after_success", "after_failure"),
    [
        (None, True, False),
        ("inputs.environment == 'QA'", True, False),
        ("inputs.lock_id != ''", False, False),
        ("always()", True, True),
        ("always() && needs.look.result == 'success'", False, False),
        ("failure()", False, True),
        ("${{ needs.release.outputs.next != '[]' || needs.look.outputs.tainted == 'true' }}", False, False),
        ("needs.release.result == 'success' || needs.look.result == 'success' && false", True, False),
    ],
)
def test_a_condition_without_status_function_needs_success(
    condition: str | None, *, after_success: bool, after_failure: bool
) -> None:
    assert Evaluator(CONTEXTS, succeeded=True).is_met(condition) is after_success
    assert Evaluator(CONTEXTS, succeeded=False).is_met(condition) is after_failure


def test_an_unknown_context_is_an_error() -> None:
    with pytest.raises(AssertionError, match="the context github is not available here"):
        Evaluator(CONTEXTS).render("${{ github.token }}")
