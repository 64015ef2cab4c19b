/**
 * Reads the caller's membership strongly consistently, where the answer depends on it: on being a member already, on
 * being banned, and on an invitation into a room that is not public.
 *
 * @authorizes SIGNED_IN, INVITED
 * @dataSource memberships
 * @access dynamodb:GetItem memberships
 */
import { runtime } from '@aws-appsync/utils';
import { throwIfError } from '../shared/errors';
import { acceptExistingMembership } from '../shared/joinRules';
import { ownMembershipRequest } from '../shared/membership';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  if (!ctx.stash.needsConsistentRead) {
    runtime.earlyReturn({});
  }
  return ownMembershipRequest(ctx);
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  ctx.stash.needsConsistentRead = false;
  acceptExistingMembership(ctx, ctx.result);
}
