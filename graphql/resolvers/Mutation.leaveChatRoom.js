/**
 * Ends the caller's membership, or declines an invitation. The last owner must first make another member an owner; the
 * last member archives the room by leaving.
 *
 * @requires SELF
 * @authorizes
 * @pipeline loadLeaver, assertRoomVisible, releaseOwner, confirmRelease, changeMember, applyCounts
 */
import { callerId } from '../shared/identity';
import { assertNotDirect } from '../shared/room';
import { checkSelection, withCompleteness } from '../shared/selection';
import { endSubscriptions } from '../shared/subscription';
import { requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.leaveChatRoom'>} ctx */
export function request(ctx) {
  checkSelection(ctx, 'Membership');
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  assertNotDirect(ctx.stash.roomId);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.leaveChatRoom'>} ctx */
export function response(ctx) {
  endSubscriptions(ctx.stash.roomId, callerId(ctx));
  return withCompleteness(ctx, ctx.stash.membership);
}
