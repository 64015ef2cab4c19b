/**
 * Opens a room with the caller as its owner.
 *
 * @pipeline readProfile, createRoom
 */
import { roomDescriptionLength, roomNameLength } from '../shared/limits';
import { toChatRoom } from '../shared/room';
import { optionalText, requiredText } from '../shared/validation';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const { input } = ctx.args;
  const name = requiredText('input.name', input.name, roomNameLength);
  const description = optionalText('input.description', input.description, roomDescriptionLength);
  const visibility = input.visibility ?? 'PUBLIC';
  ctx.stash.room = {
    name,
    visibility,
    // Attributes without a value are left out: NULL in the key of an index makes DynamoDB refuse the row.
    ...(description ? { description } : {}),
    ...(visibility === 'PUBLIC' ? { listedVisibility: visibility } : {}),
  };
  return {};
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  return toChatRoom(ctx.stash.created);
}
