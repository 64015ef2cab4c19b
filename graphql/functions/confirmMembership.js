/**
 * Reads the caller's membership strongly consistently, where the answer depends on it: on being a member already, on
 * being banned, and on an invitation into a room that is not public.
 *
 * @authorizes SIGNED_IN, INVITED
 * @dataSource memberships
 * @access dynamodb:GetItem memberships
 */
import { runtime, util } from '@aws-appsync/utils';
import { failOn } from '../shared/errors';
import { callerId } from '../shared/identity';
import { answerMember } from '../shared/joining';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  if (!ctx.stash.isDoubtful) {
    runtime.earlyReturn({});
  }
  return {
    operation: 'GetItem',
    key: util.dynamodb.toMapValues({ roomId: ctx.stash.roomId, userId: callerId(ctx) }),
    consistentRead: true,
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  failOn(ctx.error);
  ctx.stash.isDoubtful = false;
  answerMember(ctx, ctx.result);
}
