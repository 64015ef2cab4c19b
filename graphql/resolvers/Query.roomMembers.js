/**
 * Returns a page of a room's members, for its members. Moderators can also list invited, banned and former members.
 *
 * @requires MEMBER
 * @requires MODERATOR if state is not ACTIVE
 * @authorizes
 * @pipeline requireMembership, assertRoomVisible, queryMembers, queryMembers, queryMembers, queryMembers
 */
import { toCursor } from '../shared/cursor';
import { toMembership } from '../shared/membership';
import { nextPosition, pageItems } from '../shared/paging';
import { pageLimit, requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Query.roomMembers'>} ctx */
export function request(ctx) {
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  ctx.stash.state = ctx.args.state ?? 'ACTIVE';
  ctx.stash.requiredRole = ctx.stash.state === 'ACTIVE' ? REQUIRED_ROLE : CONDITIONAL_ROLE;
  ctx.stash.limit = pageLimit(ctx.args.limit);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Query.roomMembers'>} ctx */
export function response(ctx) {
  const { page, limit } = ctx.stash;
  const rows = /** @type {import('../shared/types').MembershipRow[]} */ (pageItems(page, limit));
  const position = nextPosition(page, limit, 'userId');
  return {
    items: rows.map((row) => toMembership(row)),
    nextToken: position === null ? null : toCursor('members', position),
  };
}
