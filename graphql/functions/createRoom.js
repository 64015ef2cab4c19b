/**
 * Writes the room and its owner's membership in one transaction.
 *
 * @dataSource rooms
 * @access dynamodb:PutItem rooms
 * @access dynamodb:PutItem memberships
 */
import { util } from '@aws-appsync/utils';
import { throwIfError } from '../shared/errors';
import { callerId } from '../shared/identity';
import { createRoomRequest } from '../shared/roomCreation';

/** @param {import('../shared/types').RequestContext<'createRoom'>} ctx */
export function request(ctx) {
  const { room, displayName } = ctx.stash;
  const owner = { userId: callerId(ctx), displayName, role: /** @type {const} */ ('OWNER') };
  return createRoomRequest(ctx, util.autoId(), { ...room, ownerCount: 1 }, [owner]);
}

/** @param {import('../shared/types').ResponseContext<'createRoom'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
}
