/**
 * Prevents a member from sending until a given time.
 *
 * @requires MODERATOR
 * @authorizes
 * @pipeline requireMembership, assertRoomVisible, readTarget, releaseOwner, confirmRelease, changeMember, applyCounts
 */
import { muteEnd } from '../shared/muteDuration';
import { checkSelection, withCompleteness } from '../shared/selection';
import { requiredReason, requiredRoomId, requiredUserId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.muteMember'>} ctx */
export function request(ctx) {
  checkSelection(ctx, 'Membership');
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  const mutedUntil = muteEnd(ctx.args.until, ctx.args.seconds);
  ctx.stash.loggedAction = {
    action: 'MEMBER_MUTED',
    userId: requiredUserId('userId', ctx.args.userId),
    reason: requiredReason(ctx.args.reason),
    changes: [{ name: 'mutedUntil', value: mutedUntil }],
  };
  ctx.stash.requiredRole = REQUIRED_ROLE;
  ctx.stash.allowedStates = ['ACTIVE'];
  ctx.stash.noOpStates = [];
  ctx.stash.changes = { mutedUntil };
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.muteMember'>} ctx */
export function response(ctx) {
  return withCompleteness(ctx, ctx.stash.membership);
}
