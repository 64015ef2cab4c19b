/**
 * Events that the answer of a mutation does not bring to subscribers, because its selection was not complete. The write
 * that makes the change leaves what is to be published in the row's attribute `unpublished`; the function on the table's
 * stream publishes it (docs/adr/0014). Each time it is another one, so that the stream can tell it from one that has only
 * stayed; the next write whose answer is delivered removes it.
 */
import { runtime, util } from '@aws-appsync/utils';
import { throwIfError, isRefusedByCondition } from './errors';
import { callerId } from './identity';
import { admittedRoomId } from './membership';

/** @typedef {import('./types').Context} Context */
/** @typedef {import('./types').UnpublishedEvent} UnpublishedEvent */

/**
 * @param {Context} ctx after checkSelection
 * @param {Omit<UnpublishedEvent, 'id'>} event
 * @returns {UnpublishedEvent | null} the attribute; null where the answer is the event
 */
export function unpublishedEvent(ctx, event) {
  return ctx.stash.isDelivered ? null : { id: util.autoUlid(), ...event };
}

/**
 * The parts of an update expression that leave the event, or remove one from before.
 *
 * @param {Context} ctx after checkSelection
 * @param {Omit<UnpublishedEvent, 'id'>} event
 * @returns {{ clause: string, andSet: string, andRemove: string, values: Record<string, unknown> }} `clause` for an
 *   expression without SET and REMOVE, the other two to be appended to those that it has
 */
export function unpublishedEventUpdate(ctx, event) {
  const attribute = unpublishedEvent(ctx, event);
  return attribute
    ? { clause: ' SET unpublished = :event', andSet: ', unpublished = :event', andRemove: '', values: { ':event': attribute } }
    : { clause: ' REMOVE unpublished', andSet: '', andRemove: ', unpublished', values: {} };
}

/**
 * Leaves an event that nothing else is written for, typing or presence, in the row of the room: who acts in any room has no
 * membership to leave it in. The room's next message takes it away. Where the answer is the event, nothing is written.
 *
 * @param {Context} ctx after checkSelection
 * @param {Omit<UnpublishedEvent, 'id' | 'userId'>} event of the caller's
 * @returns {Record<string, unknown>} the request of a function on the table of rooms
 */
export function storeUnpublishedEvent(ctx, event) {
  const attribute = unpublishedEvent(ctx, { ...event, userId: callerId(ctx) });
  if (!attribute) {
    runtime.earlyReturn({});
  }
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx) }),
    update: {
      expression: 'SET unpublished = :event',
      expressionValues: util.dynamodb.toMapValues({ ':event': attribute }),
    },
    condition: { expression: 'attribute_exists(roomId)' },
  };
}

/**
 * Ends the operation when the event could not be left, unless there is no room any more that could be told.
 *
 * @param {Context} ctx after storeUnpublishedEvent
 */
export function throwIfNotStored(ctx) {
  if (!isRefusedByCondition(ctx.error)) {
    throwIfError(ctx.error);
  }
}
