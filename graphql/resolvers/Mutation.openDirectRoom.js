/**
 * Gives the one room of the caller and another user, and makes it when there is none. Its id is made of both users' ids,
 * so it is the same whoever calls, and when both call at once.
 *
 * @requires SIGNED_IN
 * @pipeline loadDirectRoomUsers, createDirectRoom, readDirectRoom, createDirectRoom, readDirectRoom
 */
import { fail } from '../shared/errors';
import { callerId } from '../shared/identity';
import { directRoomId, toChatRoom } from '../shared/room';
import { requiredUserId } from '../shared/validation';

/** @param {import('../shared/types').ResolverContext<'Mutation.openDirectRoom'>} ctx */
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

/** @param {import('../shared/types').ResolverContext<'Mutation.openDirectRoom'>} ctx */
export function response(ctx) {
  if (!ctx.stash.room) {
    fail('Conflict', 'The other user opened the room at the same time. Retry the request unchanged.');
  }
  return toChatRoom(ctx.stash.room);
}
