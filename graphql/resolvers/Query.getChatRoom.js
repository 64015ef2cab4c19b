/**
 * Returns a room: a public room for every user, any other room for its members.
 *
 * @requires SIGNED_IN
 * @requires MEMBER if the room is not public
 * @authorizes MEMBER
 * @pipeline findRoom, requireMembership
 */
import { admittedRoomId } from '../shared/membership';
import { toChatRoom } from '../shared/room';
import { requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Query.getChatRoom'>} ctx */
export function request(ctx) {
  ctx.stash.roomId = requiredRoomId('id', ctx.args.id);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Query.getChatRoom'>} ctx */
export function response(ctx) {
  admittedRoomId(ctx);
  return toChatRoom(ctx.stash.room);
}
