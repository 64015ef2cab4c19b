/**
 * Reads a page of the caller's memberships in the state `ctx.stash.state`. Runs twice in its pipeline: the second time
 * it fills a page that other memberships left short.
 *
 * @authorizes SELF
 * @dataSource memberships
 * @access dynamodb:Query memberships.byUser
 */
import { roomIdFromCursor } from '../shared/cursor';
import { throwIfError } from '../shared/errors';
import { callerId } from '../shared/identity';
import { addToPage, queryPage } from '../shared/paging';

/** @param {import('../shared/types').RequestContext<'queryMyMemberships'>} ctx */
export function request(ctx) {
  return queryPage(ctx, {
    index: 'byUser',
    partition: { name: 'userId', value: callerId(ctx) },
    key: 'roomId',
    start: roomIdFromCursor('rooms', ctx.args.nextToken),
    isNewestFirst: false,
  });
}

/** @param {import('../shared/types').ResponseContext<'queryMyMemberships'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  const rows = /** @type {import('../shared/types').MembershipRow[]} */ (ctx.result.items);
  addToPage(ctx, 'roomId', rows.filter((row) => row.state === ctx.stash.state));
}
