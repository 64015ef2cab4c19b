/**
 * Returns a download URL for one attachment, for members who can read its message.
 *
 * @requires MEMBER
 * @pipeline requireMembership, assertRoomVisible, readMessage, assertMessageVisible, signDownload
 */
import { requiredMessageId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Query.attachmentUrl'>} ctx */
export function request(ctx) {
  const { roomId, seq } = requiredMessageId('messageId', ctx.args.messageId);
  ctx.stash.roomId = roomId;
  ctx.stash.seq = seq;
  ctx.stash.index = ctx.args.index;
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Query.attachmentUrl'>} ctx */
export function response(ctx) {
  return ctx.stash.download;
}
