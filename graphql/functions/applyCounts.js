/**
 * Updates the room's counts after the membership was changed, or reverts the count of releaseOwner, and then raises the
 * reason if the membership was not changed. If this write fails or is lost, the member count stays one too high or the
 * owner count one too low.
 *
 * Its own errors are not raised: the membership is changed, and a repeated call would not update the counts.
 *
 * @dataSource rooms
 * @access dynamodb:UpdateItem,dynamodb:GetItem rooms
 */
import { runtime, util } from '@aws-appsync/utils';
import { throwIfError } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';
import { pendingCounts } from '../shared/membershipChange';
import { toUpdate, idempotencyCondition } from '../shared/update';

/** @param {import('../shared/types').RequestContext<'applyCounts'>} ctx */
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

/** @param {import('../shared/types').ResponseContext<'applyCounts'>} ctx */
export function response(ctx) {
  throwIfError(ctx.stash.failure);
}
