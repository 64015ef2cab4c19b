/**
 * Reads the report to be resolved.
 *
 * @authorizes REQUIRED_ROLE
 * @dataSource reports
 * @access dynamodb:GetItem reports
 */
import { util } from '@aws-appsync/utils';
import { requireRole } from '../shared/authority';
import { fail, throwIfError } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';

/** @param {import('../shared/types').RequestContext<'readReport'>} ctx */
export function request(ctx) {
  requireRole(ctx);
  return {
    operation: 'GetItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx), reportId: ctx.stash.reportId }),
    consistentRead: true,
  };
}

/** @param {import('../shared/types').ResponseContext<'readReport'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  if (!ctx.result) {
    fail('NotFound', 'The report does not exist in this room. Check the id: reports returns the ids of reports.');
  }
  if (ctx.result.status !== 'OPEN') {
    fail('Conflict', `The report is already resolved as ${ctx.result.resolution}.`);
  }
  ctx.stash.report = ctx.result;
}
