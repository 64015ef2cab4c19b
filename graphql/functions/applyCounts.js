/**
 * Brings the room's counts in line with the membership that was changed, or takes back what releaseOwner counted, and
 * then raises why the membership was not changed. When this write fails, AppSync itself dies before it, or DynamoDB's answer
 * is lost, the number of members stays one too high, or that of owners one too low, and for no other reason.
 *
 * Its own failure is not raised: the membership is changed, and a repeated call would not count again.
 *
 * @dataSource rooms
 * @access dynamodb:UpdateItem,dynamodb:GetItem rooms
 */
import { runtime, util } from '@aws-appsync/utils';
import { throwIfError } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';
import { pendingCounts } from '../shared/membershipChange';
import { toUpdate, idempotencyCondition } from '../shared/update';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const counts = pendingCounts(ctx);
  if (Object.keys(counts).length === 0) {
    throwIfError(ctx.stash.failure);
    runtime.earlyReturn({});
  }
  const changeId = util.autoUlid();
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx) }),
    update: toUpdate({ lastChangeId: changeId }, counts),
    condition: idempotencyCondition(changeId),
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  throwIfError(ctx.stash.failure);
}
