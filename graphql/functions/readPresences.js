/**
 * Reads the presence of the audience. Runs twice in its pipeline, because DynamoDB returns at most 100 rows per
 * request.
 *
 * @dataSource presence
 * @access dynamodb:BatchGetItem presence
 */
import { runtime, util } from '@aws-appsync/utils';
import { batchMaximum } from '../../contract/limits.json';
import { tables } from '../shared/environment';
import { throwIfError, throwIfUnprocessedKeys } from '../shared/errors';
import { keyOf } from '../shared/maps';

/** @param {import('../shared/types').RequestContext<'readPresences'>} ctx */
export function request(ctx) {
  const audience = /** @type {import('../shared/types').MembershipRow[]} */ (ctx.stash.audience);
  const start = ctx.stash.presenceStart ?? 0;
  ctx.stash.presenceStart = start + batchMaximum;
  ctx.stash.presences = ctx.stash.presences ?? {};
  const batch = audience.slice(start, start + batchMaximum);
  if (batch.length === 0) {
    runtime.earlyReturn({});
  }
  return {
    operation: 'BatchGetItem',
    tables: { [tables.presence]: { keys: batch.map(({ userId }) => util.dynamodb.toMapValues({ userId })) } },
  };
}

/** @param {import('../shared/types').ResponseContext<'readPresences'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  throwIfUnprocessedKeys(ctx.result);
  for (const row of ctx.result.data[tables.presence]) {
    if (row) {
      ctx.stash.presences[keyOf(row.userId)] = row;
    }
  }
}
