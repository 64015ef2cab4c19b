/**
 * Removes the log entry of a moderation action that was refused, and raises the reason. If DynamoDB's response was
 * lost, the action may have been carried out, and the entry stays. It also stays if it cannot be deleted.
 *
 * @dataSource audit
 * @access dynamodb:DeleteItem audit
 */
import { runtime, util } from '@aws-appsync/utils';
import { throwIfError } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';

/** @param {import('../shared/types').RequestContext<'revertLogEntry'>} ctx */
export function request(ctx) {
  if (!ctx.stash.mustRevertLogEntry) {
    throwIfError(ctx.stash.failure);
    runtime.earlyReturn({});
  }
  return {
    operation: 'DeleteItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx), auditId: ctx.stash.auditId }),
  };
}

/** @param {import('../shared/types').ResponseContext<'revertLogEntry'>} ctx */
export function response(ctx) {
  throwIfError(ctx.stash.failure);
}
