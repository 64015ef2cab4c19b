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
import { failOn } from '../shared/errors';
import { oldHoles } from '../shared/holes';
import { admittedRoomId } from '../shared/membership';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const holes = ctx.stash.afterSeq === null ? [] : oldHoles(/** @type {import('../shared/holes').GapContext} */ (ctx));
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
    failOn(ctx.error);
  }
  ctx.stash.isChanged = true;
}
