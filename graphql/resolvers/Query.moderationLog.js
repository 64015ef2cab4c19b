/**
 * Returns a page of a room's moderation log, newest first, for moderators of the room.
 *
 * @requires MODERATOR
 * @pipeline requireMembership, assertRoomVisible, queryAudit
 */
import { toModerationEntry } from '../shared/audit';
import { toCursor } from '../shared/cursor';
import { nextPosition, pageItems } from '../shared/paging';
import { pageLimit, requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Query.moderationLog'>} ctx */
export function request(ctx) {
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  ctx.stash.requiredRole = REQUIRED_ROLE;
  ctx.stash.limit = pageLimit(ctx.args.limit);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Query.moderationLog'>} ctx */
export function response(ctx) {
  const { page, limit } = ctx.stash;
  const rows = /** @type {import('../shared/types').AuditRow[]} */ (pageItems(page, limit));
  const position = nextPosition(page, limit, 'auditId');
  return {
    items: rows.map((row) => toModerationEntry(row)),
    nextToken: position === null ? null : toCursor('log', position),
  };
}
