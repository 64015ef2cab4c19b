/**
 * Brings a message that the backend has changed to the subscriptions of its room, as it is stored now.
 *
 * @requires IAM
 * @dataSource messages
 * @access dynamodb:GetItem messages
 */
import { util } from '@aws-appsync/utils';
import { failOn } from '../shared/errors';
import { failUnknownMessage, isShown, toMessage } from '../shared/message';
import { published } from '../shared/selection';
import { requiredMessageId } from '../shared/validation';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const { roomId, seq } = requiredMessageId('id', ctx.args.id);
  return { operation: 'GetItem', key: util.dynamodb.toMapValues({ roomId, seq }), consistentRead: true };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  failOn(ctx.error);
  if (!isShown(ctx.result)) {
    failUnknownMessage();
  }
  return published(toMessage(ctx.result));
}
