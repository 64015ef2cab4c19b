/**
 * Reads the membership that the caller gives up, an invitation included, strongly consistently. A caller without one
 * goes on to refuseStranger.
 *
 * @authorizes SELF
 * @dataSource memberships
 * @access dynamodb:GetItem memberships
 */
import { util } from '@aws-appsync/utils';
import { failOn } from '../shared/errors';
import { callerId } from '../shared/identity';
import { failBanned } from '../shared/membership';
import { planLeaving } from '../shared/target';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  return {
    operation: 'GetItem',
    key: util.dynamodb.toMapValues({ roomId: ctx.stash.roomId, userId: callerId(ctx) }),
    consistentRead: true,
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  failOn(ctx.error);
  const membership = ctx.result;
  if (membership?.state === 'BANNED') {
    failBanned();
  }
  if (membership) {
    ctx.stash.admission = { roomId: ctx.stash.roomId, membership };
    planLeaving(ctx, membership);
  }
}
