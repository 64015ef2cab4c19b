/**
 * Reads a page of a room's moderation log, newest first, for who keeps order in the room.
 *
 * @authorizes REQUIRED_ROLE
 * @dataSource audit
 * @access dynamodb:Query audit
 */
import { util } from '@aws-appsync/utils';
import { requireRole } from '../shared/authority';
import { entryIdFromCursor } from '../shared/cursor';
import { failOn } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';
import { missingRows, newPage } from '../shared/paging';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  requireRole(ctx);
  const page = newPage(entryIdFromCursor('log', ctx.args.nextToken));
  const room = { ':room': admittedRoomId(ctx) };
  const isStart = page.position === null;
  return {
    operation: 'Query',
    query: {
      expression: isStart ? 'roomId = :room' : 'roomId = :room AND auditId < :position',
      expressionValues: util.dynamodb.toMapValues(isStart ? room : { ...room, ':position': page.position }),
    },
    scanIndexForward: false,
    limit: missingRows(page, ctx.stash.limit),
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  failOn(ctx.error);
  const rows = /** @type {import('../shared/types').AuditRow[]} */ (ctx.result.items);
  ctx.stash.page = { rows, position: rows[rows.length - 1]?.auditId ?? null, isLast: !ctx.result.nextToken };
}
