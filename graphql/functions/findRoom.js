/**
 * Reads the room `ctx.stash.roomId` into `ctx.stash.room`, and admits the caller if the room is public. For other
 * rooms, requireMembership and assertRoomVisible decide.
 *
 * @authorizes SIGNED_IN
 * @dataSource rooms
 * @access dynamodb:GetItem rooms
 */
import { util } from '@aws-appsync/utils';
import { throwIfError } from '../shared/errors';
import { failUnknownRoom } from '../shared/membership';

/** @param {import('../shared/types').RequestContext<'findRoom'>} ctx */
export function request(ctx) {
  return { operation: 'GetItem', key: util.dynamodb.toMapValues({ roomId: ctx.stash.roomId }) };
}

/** @param {import('../shared/types').ResponseContext<'findRoom'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  if (!ctx.result) {
    failUnknownRoom();
  }
  ctx.stash.room = ctx.result;
  if (ctx.result.visibility === 'PUBLIC') {
    ctx.stash.admission = { roomId: ctx.stash.roomId, membership: null };
  }
}
