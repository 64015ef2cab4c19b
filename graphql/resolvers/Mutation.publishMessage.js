/**
 * Publishes a stored system message to the room's subscribers.
 *
 * @requires IAM
 * @dataSource none
 */
import { systemType } from '../../contract/names.json';
import { toMessage } from '../shared/message';
import { inputRequest } from '../shared/publishing';
import { published } from '../shared/selection';
import { assertReadable } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.publishMessage'>} ctx */
export function request(ctx) {
  assertReadable('input.systemEvent.', ctx.args.input.systemEvent);
  return inputRequest(ctx);
}

/** @param {import('../shared/types').ResponseContext<'Mutation.publishMessage'>} ctx */
export function response(ctx) {
  const { chatRoomId, ...attributes } = ctx.result;
  return published(toMessage({ ...attributes, roomId: chatRoomId, type: systemType }));
}
