/**
 * Changes a member's role. An owner can make other members owners, and step down if another owner remains.
 *
 * @requires OWNER
 * @pipeline requireMembership, assertRoomVisible, readTarget, releaseOwner, confirmRelease, changeMember, applyCounts
 */
import { assertNotDirect } from '../shared/room';
import { checkSelection, withCompleteness } from '../shared/selection';
import { optionalReason, requiredRoomId, requiredUserId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.setMemberRole'>} ctx */
export function request(ctx) {
  checkSelection(ctx, 'Membership');
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  const { role } = ctx.args;
  ctx.stash.loggedAction = {
    action: 'ROLE_CHANGED',
    userId: requiredUserId('userId', ctx.args.userId),
    ...optionalReason('reason', ctx.args.reason),
    changes: [{ name: 'role', value: role }],
  };
  assertNotDirect(ctx.stash.roomId);
  ctx.stash.requiredRole = REQUIRED_ROLE;
  ctx.stash.allowSelf = true;
  ctx.stash.allowedStates = ['ACTIVE'];
  ctx.stash.noOpStates = [];
  ctx.stash.changes = { role };
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.setMemberRole'>} ctx */
export function response(ctx) {
  return withCompleteness(ctx, ctx.stash.membership);
}
