/**
 * Returns a message, for members of its room.
 *
 * @requires MEMBER
 * @pipeline requireMembership, assertRoomVisible, readMessage, assertMessageVisible
 */
import { toMessage } from '../shared/message';
import { requiredMessageId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Query.getMessage'>} ctx */
export function request(ctx) {
  const { roomId, seq } = requiredMessageId('id', ctx.args.id);
  ctx.stash.roomId = roomId;
  ctx.stash.seq = seq;
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Query.getMessage'>} ctx */
export function response(ctx) {
  return toMessage(ctx.stash.row);
}
