/**
 * Reads a page of a room's memberships in the state `ctx.stash.state`. Stands four times in its pipeline, because
 * memberships in other states leave the page short.
 *
 * @authorizes REQUIRED_ROLE
 * @dataSource memberships
 * @access dynamodb:Query memberships
 */
import { requireRole } from '../shared/authority';
import { userIdFromCursor } from '../shared/cursor';
import { failOn } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';
import { addToPage, queryRoomPage } from '../shared/paging';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  requireRole(ctx);
  const start = userIdFromCursor('members', ctx.args.nextToken);
  return queryRoomPage(ctx, { key: 'userId', roomId: admittedRoomId(ctx), start, isNewestFirst: false });
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  failOn(ctx.error);
  addToPage(ctx, 'userId', 'state', ctx.stash.state);
}
