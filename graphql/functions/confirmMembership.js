/**
 * Reads the caller's membership with strong consistency if the outcome depends on it: for callers who are members,
 * banned or invited.
 *
 * @authorizes SIGNED_IN, INVITED
 * @dataSource memberships
 * @access dynamodb:GetItem memberships
 */
import { runtime } from '@aws-appsync/utils';
import { throwIfError } from '../shared/errors';
import { acceptExistingMembership } from '../shared/joinRules';
import { ownMembershipRequest } from '../shared/membership';

/** @param {import('../shared/types').RequestContext<'confirmMembership'>} ctx */
export function request(ctx) {
  if (!ctx.stash.needsConsistentRead) {
    runtime.earlyReturn({});
  }
  return ownMembershipRequest(ctx);
}

/** @param {import('../shared/types').ResponseContext<'confirmMembership'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  ctx.stash.needsConsistentRead = false;
  acceptExistingMembership(ctx, ctx.result);
}
