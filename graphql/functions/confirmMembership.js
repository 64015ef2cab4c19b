/**
 * Reads the caller's membership strongly consistently, where the answer depends on it: on being a member already, on
 * being banned, and on an invitation into a room that is not public.
 *
 * @authorizes SIGNED_IN, INVITED
 * @dataSource memberships
 * @access dynamodb:GetItem memberships
 */
import { runtime } from '@aws-appsync/utils';
import { failOn } from '../shared/errors';
import { answerMember } from '../shared/joining';
import { ownMembershipRequest } from '../shared/membership';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  if (!ctx.stash.isDoubtful) {
    runtime.earlyReturn({});
  }
  return ownMembershipRequest(ctx);
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  failOn(ctx.error);
  ctx.stash.isDoubtful = false;
  answerMember(ctx, ctx.result);
}
