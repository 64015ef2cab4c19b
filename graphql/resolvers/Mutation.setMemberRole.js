/**
 * Gives a member another role. An owner may make others owners, and step down when another owner stays.
 *
 * @requires OWNER
 * @pipeline requireMembership, refuseStranger, readTarget, releaseOwner, confirmRelease, changeMember, settleRoom
 */
import { refuseDirect } from '../shared/room';
import { checkSelection, withCompleteness } from '../shared/selection';
import { optionalReason, requiredRoomId, requiredUserId } from '../shared/validation';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  checkSelection(ctx, 'Membership');
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  const { role } = ctx.args;
  ctx.stash.act = {
    action: 'ROLE_CHANGED',
    userId: requiredUserId('userId', ctx.args.userId),
    ...optionalReason('reason', ctx.args.reason),
    changes: [{ name: 'role', value: role }],
  };
  refuseDirect(ctx.stash.roomId);
  ctx.stash.requiredRole = REQUIRED_ROLE;
  ctx.stash.isForSelfToo = true;
  ctx.stash.from = ['ACTIVE'];
  ctx.stash.settled = [];
  ctx.stash.changes = { role };
  return {};
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  return withCompleteness(ctx, ctx.stash.membership);
}
