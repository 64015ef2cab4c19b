/**
 * Lets the caller into the room `ctx.stash.roomId`, or ends the operation. Where it is not known whether there is such
 * a room, a caller without a membership goes on to assertRoomVisible, which comes next.
 *
 * The read is strongly consistent: who was removed or banned is out with the next operation.
 *
 * @authorizes MEMBER
 * @dataSource memberships
 * @access dynamodb:GetItem memberships
 */
import { runtime } from '@aws-appsync/utils';
import { throwIfError } from '../shared/errors';
import { admit, isAdmitted, ownMembershipRequest } from '../shared/membership';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  if (isAdmitted(ctx)) {
    runtime.earlyReturn({});
  }
  return ownMembershipRequest(ctx);
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  admit(ctx, ctx.result);
}
