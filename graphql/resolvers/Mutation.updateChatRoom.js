/**
 * Changes the settings of a room: owners can change all settings, moderators only slow mode and freezing.
 *
 * @requires MODERATOR
 * @requires OWNER_OR_GLOBAL_MODERATOR if more than slowModeSeconds and frozen changes
 * @authorizes
 * @pipeline requireMembership, assertRoomVisible, logAction, updateRoom, confirmRoomChange, revertLogEntry
 */
import { fail } from '../shared/errors';
import { isDirect, toChatRoom } from '../shared/room';
import { givenSettings, moderatorSettings, toChanges } from '../shared/settings';
import { optionalReason, requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.updateChatRoom'>} ctx */
export function request(ctx) {
  const { input } = ctx.args;
  ctx.stash.roomId = requiredRoomId('input.id', input.id);
  const settings = givenSettings(input);
  const names = Object.keys(settings);
  if (names.length === 0) {
    fail('ValidationError', 'input has no setting to change. Give at least one setting.');
  }
  const isModeration = names.every((name) => moderatorSettings.indexOf(name) >= 0);
  if (isDirect(ctx.stash.roomId) && !isModeration) {
    fail('ValidationError', 'This is a direct room. Only slowModeSeconds and frozen can be changed.');
  }
  ctx.stash.settings = settings;
  ctx.stash.expectedVersion = input.expectedVersion ?? null;
  ctx.stash.requiredRole = isModeration ? REQUIRED_ROLE : CONDITIONAL_ROLE;
  ctx.stash.loggedAction = { action: 'ROOM_UPDATED', ...optionalReason('input.reason', input.reason), changes: toChanges(settings) };
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.updateChatRoom', { room: import('../shared/types').RoomRow }>} ctx */
export function response(ctx) {
  return toChatRoom(ctx.stash.room);
}
