/**
 * Events that the answer of a mutation does not bring to subscribers, because its selection was not complete. The write
 * that makes the change leaves what is to be published in the row's attribute `unpublished`; the function on the table's
 * stream publishes it (docs/adr/0014). Each time it is another one, so that the stream can tell it from one that has only
 * stayed; the next write whose answer is delivered removes it.
 */
import { util } from '@aws-appsync/utils';

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
export function leaveEvent(ctx, event) {
  const attribute = unpublishedEvent(ctx, event);
  return attribute
    ? { clause: ' SET unpublished = :event', andSet: ', unpublished = :event', andRemove: '', values: { ':event': attribute } }
    : { clause: ' REMOVE unpublished', andSet: '', andRemove: ', unpublished', values: {} };
}
