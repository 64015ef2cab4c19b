/**
 * Changes the caller's notification settings for a room.
 *
 * @requires OWN_MEMBERSHIP
 * @pipeline requireMembership, assertRoomVisible, setNotificationPreference
 */
import { util } from '@aws-appsync/utils';
import { fail } from '../shared/errors';
import { requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.updateNotificationPreference'>} ctx */
export function request(ctx) {
  const { chatRoomId, level, mutedUntil } = ctx.args.input;
  if (!level && !mutedUntil) {
    fail('ValidationError', 'input has neither level nor mutedUntil. Give at least one of them.');
  }
  ctx.stash.roomId = requiredRoomId('input.chatRoomId', chatRoomId);
  ctx.stash.level = level;
  // The stored format sorts as text, whatever time zone the client sent.
  ctx.stash.mutedUntil = mutedUntil
    ? util.time.epochMilliSecondsToISO8601(util.time.parseISO8601ToEpochMilliSeconds(mutedUntil))
    : null;
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.updateNotificationPreference'>} ctx */
export function response(ctx) {
  return ctx.stash.preference;
}
