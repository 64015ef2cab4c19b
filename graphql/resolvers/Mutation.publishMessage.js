/**
 * Brings a system message, which the backend has stored, to the subscriptions of its room. Only IAM may call it.
 *
 * @dataSource none
 */
import { systemType, toMessage } from '../shared/message';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  return { payload: ctx.args.input };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  const { chatRoomId, ...attributes } = ctx.result;
  return toMessage({ ...attributes, roomId: chatRoomId, type: systemType });
}
