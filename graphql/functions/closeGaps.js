/**
 * Closes sequence numbers that have been unused for 60 seconds by writing VOID rows, each on condition that there is no
 * row. A sender that is later finds the VOID row and takes a new number. If one of the conditions fails, nothing is
 * closed in this request.
 *
 * @dataSource messages
 * @access dynamodb:PutItem messages
 */
import { runtime, util } from '@aws-appsync/utils';
import { voidType } from '../../contract/names.json';
import { tables } from '../shared/environment';
import { throwIfError } from '../shared/errors';
import { closableGaps } from '../shared/gaps';
import { admittedRoomId } from '../shared/membership';

/** @param {import('../shared/types').RequestContext<'closeGaps'>} ctx */
export function request(ctx) {
  const gaps = ctx.stash.afterSeq === null ? [] : closableGaps(/** @type {import('../shared/gaps').GapContext} */ (ctx));
  if (gaps.length === 0) {
    runtime.earlyReturn({});
  }
  const roomId = admittedRoomId(ctx);
  const createdAt = util.time.nowISO8601();
  return {
    operation: 'TransactWriteItems',
    transactItems: gaps.map((seq) => ({
      table: tables.messages,
      operation: 'PutItem',
      key: util.dynamodb.toMapValues({ roomId, seq }),
      attributeValues: util.dynamodb.toMapValues({ type: voidType, createdAt }),
      condition: { expression: 'attribute_not_exists(roomId)', returnValuesOnConditionCheckFailure: false },
    })),
  };
}

/** @param {import('../shared/types').ResponseContext<'closeGaps'>} ctx */
export function response(ctx) {
  if (ctx.error?.type !== 'DynamoDB:TransactionCanceledException') {
    throwIfError(ctx.error);
  }
  ctx.stash.areGapsClosed = true;
}
