/**
 * Admits the caller to the room `ctx.stash.roomId` or ends the operation. If it is not known whether the room exists, a
 * caller without a membership continues to assertRoomVisible, the next function.
 *
 * The read is strongly consistent: members who were removed or banned are refused from the next operation on.
 *
 * @authorizes MEMBER
 * @dataSource memberships
 * @access dynamodb:GetItem memberships
 */
import { runtime } from '@aws-appsync/utils';
import { throwIfError } from '../shared/errors';
import { admit, isAdmitted, ownMembershipRequest } from '../shared/membership';

/** @param {import('../shared/types').RequestContext<'requireMembership'>} ctx */
export function request(ctx) {
  if (isAdmitted(ctx)) {
    runtime.earlyReturn({});
  }
  return ownMembershipRequest(ctx);
}

/** @param {import('../shared/types').ResponseContext<'requireMembership'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  admit(ctx, ctx.result);
}
