/**
 * Reads the message `ctx.stash.seq` of the room into `ctx.stash.row` with strong consistency, because clients use it to
 * repair their state. Ends the operation if the message does not exist.
 *
 * @dataSource messages
 * @access dynamodb:GetItem messages
 */
import { util } from '@aws-appsync/utils';
import { throwIfError } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';
import { failUnknownMessage, isVisible } from '../shared/message';

/** @param {import('../shared/types').RequestContext<'readMessage'>} ctx */
export function request(ctx) {
  return {
    operation: 'GetItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx), seq: ctx.stash.seq }),
    consistentRead: true,
  };
}

/** @param {import('../shared/types').ResponseContext<'readMessage'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  if (!isVisible(ctx.result)) {
    failUnknownMessage();
  }
  ctx.stash.row = ctx.result;
}
