/**
 * Takes a member back out of the count whose membership could not be written, then answers with the membership that
 * was there first, or raises what went wrong.
 *
 * @dataSource rooms
 * @access dynamodb:UpdateItem,dynamodb:GetItem rooms
 */
import { runtime, util } from '@aws-appsync/utils';
import { fail, failOn } from '../shared/errors';
import { answerMember } from '../shared/joining';
import { errorOfChange, toUpdate, unlessDone } from '../shared/update';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  if (ctx.stash.membership) {
    runtime.earlyReturn({});
  }
  const changeId = util.autoUlid();
  ctx.stash.uncountId = changeId;
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId: ctx.stash.roomId }),
    update: toUpdate({ lastChangeId: changeId }, { memberCount: -1 }),
    condition: unlessDone(changeId),
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  failOn(errorOfChange(ctx, ctx.stash.uncountId));
  answerMember(ctx, ctx.stash.existing);
  if (!ctx.stash.membership && ctx.stash.existing) {
    fail('Conflict', 'Your membership changed at the same moment. Join again.');
  }
  if (!ctx.stash.membership) {
    failOn(ctx.stash.failure);
  }
}
