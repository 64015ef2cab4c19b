/**
 * Returns the members who have read a message, except its author.
 *
 * @requires MEMBER
 * @pipeline readMemberAndRoom, readMessage, assertMessageVisible, queryAudience, queryAudience
 */
import { seenByMembersMaximum } from '../../contract/limits.json';
import { toMembership } from '../shared/membership';
import { requiredMessageId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Query.seenBy'>} ctx */
export function request(ctx) {
  const { roomId, seq } = requiredMessageId('messageId', ctx.args.messageId);
  ctx.stash.roomId = roomId;
  ctx.stash.seq = seq;
  ctx.stash.audienceMaximum = seenByMembersMaximum;
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Query.seenBy'>} ctx */
export function response(ctx) {
  const { row, seq } = ctx.stash;
  const audience = /** @type {import('../shared/types').MembershipRow[]} */ (ctx.stash.audience);
  return audience
    .filter((membership) => membership.readSeq >= seq && membership.userId !== row.authorId)
    .map((membership) => toMembership(membership));
}
