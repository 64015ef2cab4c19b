/**
 * Ends the operation if the message is older than the caller's membership and the room hides its history from new
 * members. Costs nothing for later messages.
 *
 * @authorizes MEMBER
 * @dataSource rooms
 * @access dynamodb:GetItem rooms
 */
import { runtime, util } from '@aws-appsync/utils';
import { throwIfError } from '../shared/errors';
import { admittedRoomId, hidesHistory, joinedSeq } from '../shared/membership';
import { failUnknownMessage } from '../shared/message';

/** @param {import('../shared/types').RequestContext<'assertMessageVisible'>} ctx */
export function request(ctx) {
  if (ctx.stash.seq > joinedSeq(ctx)) {
    runtime.earlyReturn({});
  }
  return { operation: 'GetItem', key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx) }) };
}

/** @param {import('../shared/types').ResponseContext<'assertMessageVisible'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  if (hidesHistory(ctx.result)) {
    failUnknownMessage();
  }
}
