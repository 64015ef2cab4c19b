/**
 * Takes an act that was refused out of the moderation log, and raises why it was. Where DynamoDB's answer was lost the
 * act may have been done: then its entry stays. It also stays when it cannot be taken out.
 *
 * @dataSource audit
 * @access dynamodb:DeleteItem audit
 */
import { runtime, util } from '@aws-appsync/utils';
import { throwIfError } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';

/** @param {import('../shared/types').Context} ctx */
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

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  throwIfError(ctx.stash.failure);
}
