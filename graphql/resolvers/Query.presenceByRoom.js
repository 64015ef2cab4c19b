/**
 * Returns the presence of the members of a room.
 *
 * @requires MEMBER
 * @pipeline readMemberAndRoom, queryAudience, queryAudience, readPresences, readPresences
 */
import { presenceMembersMaximum } from '../../contract/limits.json';
import { keyOf } from '../shared/maps';
import { toUserPresence } from '../shared/presence';
import { requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Query.presenceByRoom'>} ctx */
export function request(ctx) {
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  ctx.stash.audienceMaximum = presenceMembersMaximum;
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Query.presenceByRoom'>} ctx */
export function response(ctx) {
  const { presences } = ctx.stash;
  const audience = /** @type {import('../shared/types').MembershipRow[]} */ (ctx.stash.audience);
  return audience.slice(0, presenceMembersMaximum).map(({ userId }) => toUserPresence(userId, presences[keyOf(userId)]));
}
