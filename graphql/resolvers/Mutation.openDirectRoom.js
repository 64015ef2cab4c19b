/**
 * Returns the direct room of the caller and another user, and creates it if it does not exist. Its id is derived from
 * both users' ids, so it is the same for both callers, also for concurrent calls.
 *
 * @requires SIGNED_IN
 * @pipeline loadDirectRoomUsers, createDirectRoom, readDirectRoom, createDirectRoom, readDirectRoom
 */
import { fail } from '../shared/errors';
import { callerId } from '../shared/identity';
import { directRoomId, toChatRoom } from '../shared/room';
import { requiredUserId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.openDirectRoom'>} ctx */
export function request(ctx) {
  const caller = callerId(ctx);
  const userId = requiredUserId('userId', ctx.args.userId);
  if (userId === caller) {
    fail('ValidationError', 'userId is your own id. Give the id of the user you want to talk to.');
  }
  ctx.stash.userIds = caller < userId ? [caller, userId] : [userId, caller];
  ctx.stash.roomId = directRoomId(ctx.stash.userIds);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.openDirectRoom'>} ctx */
export function response(ctx) {
  if (!ctx.stash.room) {
    fail('Conflict', 'The other user opened the room at the same time. Retry the request unchanged.');
  }
  return toChatRoom(ctx.stash.room);
}
