/**
 * Stores the caller's read position in a room.
 *
 * @requires OWN_MEMBERSHIP
 * @pipeline readMemberAndRoom, markRead, confirmRead
 */
import { toMembership } from '../shared/membership';
import { checkSelection, withCompleteness } from '../shared/selection';
import { requiredRoomId, requiredSequence } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.markRoomRead'>} ctx */
export function request(ctx) {
  checkSelection(ctx, 'Membership');
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  ctx.stash.seq = requiredSequence('seq', ctx.args.seq, 0);
  // A number that the caller has just received must not appear to be beyond the end.
  ctx.stash.consistentRoomRead = true;
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.markRoomRead'>} ctx */
export function response(ctx) {
  return withCompleteness(ctx, toMembership(ctx.stash.markedMembership));
}
