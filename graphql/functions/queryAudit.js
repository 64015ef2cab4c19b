/**
 * Reads a page of a room's moderation log, newest first.
 *
 * @authorizes REQUIRED_ROLE
 * @dataSource audit
 * @access dynamodb:Query audit
 */
import { requireRole } from '../shared/authority';
import { entryIdFromCursor } from '../shared/cursor';
import { throwIfError } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';
import { addToPage, queryPage } from '../shared/paging';

/** @param {import('../shared/types').RequestContext<'queryAudit'>} ctx */
export function request(ctx) {
  requireRole(ctx);
  return queryPage(ctx, {
    partition: { name: 'roomId', value: admittedRoomId(ctx) },
    key: 'auditId',
    start: entryIdFromCursor('log', ctx.args.nextToken),
    isNewestFirst: true,
  });
}

/** @param {import('../shared/types').ResponseContext<'queryAudit'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  addToPage(ctx, 'auditId', ctx.result.items);
}
