/**
 * Closes holes that are 60 seconds old with VOID, each on condition that nothing has come there meanwhile. A sender who
 * is that late finds the VOID and takes a new number. Where somebody was faster, nothing is closed this time.
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

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const holes = ctx.stash.afterSeq === null ? [] : closableGaps(/** @type {import('../shared/gaps').GapContext} */ (ctx));
  if (holes.length === 0) {
    runtime.earlyReturn({});
  }
  const roomId = admittedRoomId(ctx);
  const createdAt = util.time.nowISO8601();
  return {
    operation: 'TransactWriteItems',
    transactItems: holes.map((seq) => ({
      table: tables.messages,
      operation: 'PutItem',
      key: util.dynamodb.toMapValues({ roomId, seq }),
      attributeValues: util.dynamodb.toMapValues({ type: voidType, createdAt }),
      condition: { expression: 'attribute_not_exists(roomId)', returnValuesOnConditionCheckFailure: false },
    })),
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  if (ctx.error?.type !== 'DynamoDB:TransactionCanceledException') {
    throwIfError(ctx.error);
  }
  ctx.stash.areGapsClosed = true;
}
