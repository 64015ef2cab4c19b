/**
 * Creates a room with the caller as its owner.
 *
 * @requires SIGNED_IN
 * @pipeline readProfile, createRoom
 */
import { roomNameLength } from '../../contract/limits.json';
import { toChatRoom } from '../shared/room';
import { givenSettings, storedSettings } from '../shared/settings';
import { requiredLine } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.createChatRoom'>} ctx */
export function request(ctx) {
  const { input } = ctx.args;
  requiredLine('input.name', input.name, roomNameLength);
  const settings = givenSettings({ ...input, visibility: input.visibility ?? 'PUBLIC' });
  // Attributes without a value are omitted: DynamoDB refuses a row with NULL in the key of an index.
  ctx.stash.room = storedSettings(settings);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.createChatRoom'>} ctx */
export function response(ctx) {
  return toChatRoom(ctx.stash.created);
}
