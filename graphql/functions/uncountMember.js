/**
 * Takes a member back out of the count whose membership could not be written, then answers with the membership that
 * was there first, or raises what went wrong.
 *
 * @dataSource rooms
 * @access dynamodb:UpdateItem rooms
 */
import { runtime, util } from '@aws-appsync/utils';
import { fail, failOn } from '../shared/errors';
import { answerMember } from '../shared/joining';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  if (ctx.stash.membership) {
    runtime.earlyReturn();
  }
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId: ctx.stash.roomId }),
    update: {
      expression: 'ADD memberCount :minusOne',
      expressionValues: util.dynamodb.toMapValues({ ':minusOne': -1 }),
    },
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  failOn(ctx.error);
  answerMember(ctx, ctx.stash.existing);
  if (!ctx.stash.membership && ctx.stash.existing) {
    fail('Conflict', 'Your membership changed at the same moment. Join again.');
  }
  if (!ctx.stash.membership) {
    failOn(ctx.stash.failure);
  }
}
