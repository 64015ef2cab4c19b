/**
 * Reads the messages after `ctx.stash.afterSeq`, oldest first and strongly consistent, so that every acknowledged
 * message is included. Runs twice in its pipeline: the second time it reads again if gaps were closed.
 *
 * @dataSource messages
 * @access dynamodb:Query messages
 */
import { runtime, util } from '@aws-appsync/utils';
import { throwIfError } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';

/** @param {import('../shared/types').RequestContext<'queryMessagesAfter'>} ctx */
export function request(ctx) {
  const isRead = ctx.stash.rows && !ctx.stash.areGapsClosed;
  if (ctx.stash.afterSeq === null || isRead) {
    runtime.earlyReturn({});
  }
  return {
    operation: 'Query',
    query: {
      expression: 'roomId = :room AND seq > :after',
      expressionValues: util.dynamodb.toMapValues({ ':room': admittedRoomId(ctx), ':after': ctx.stash.afterSeq }),
    },
    consistentRead: true,
    limit: ctx.stash.limit,
  };
}

/** @param {import('../shared/types').ResponseContext<'queryMessagesAfter'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  ctx.stash.rows = ctx.result.items;
  ctx.stash.hasMore = !!ctx.result.nextToken;
}
