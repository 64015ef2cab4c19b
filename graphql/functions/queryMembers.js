/**
 * Reads a page of a room's memberships in the state `ctx.stash.state`. Runs four times in its pipeline to fill pages
 * that other memberships leave short.
 *
 * @authorizes REQUIRED_ROLE
 * @dataSource memberships
 * @access dynamodb:Query memberships
 */
import { pageSizeMaximum } from '../../contract/limits.json';
import { requireRole } from '../shared/authority';
import { userIdFromCursor } from '../shared/cursor';
import { throwIfError } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';
import { addToPage, queryPage } from '../shared/paging';

/** @param {import('../shared/types').RequestContext<'queryMembers'>} ctx */
export function request(ctx) {
  requireRole(ctx);
  const listing = {
    partition: { name: 'roomId', value: admittedRoomId(ctx) },
    key: 'userId',
    start: userIdFromCursor('members', ctx.args.nextToken),
    isNewestFirst: false,
  };
  return queryPage(ctx, listing, pageSizeMaximum);
}

/** @param {import('../shared/types').ResponseContext<'queryMembers'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  const rows = /** @type {import('../shared/types').MembershipRow[]} */ (ctx.result.items);
  addToPage(ctx, 'userId', rows.filter((row) => row.state === ctx.stash.state));
}
