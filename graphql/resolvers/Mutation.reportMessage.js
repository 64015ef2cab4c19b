/**
 * Reports a message to the moderators of its room.
 *
 * @requires MEMBER
 * @pipeline requireMembership, assertRoomVisible, readMessage, assertMessageVisible, putReport, confirmReport
 */
import { requiredMessageId, requiredReason } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.reportMessage'>} ctx */
export function request(ctx) {
  const { roomId, seq } = requiredMessageId('messageId', ctx.args.messageId);
  ctx.stash.roomId = roomId;
  ctx.stash.seq = seq;
  ctx.stash.reason = requiredReason(ctx.args.reason);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.reportMessage'>} ctx */
export function response(ctx) {
  return ctx.stash.report;
}
