/**
 * Turns a message that the caller wrote into a tombstone. confirmErasure handles all other messages, including system
 * messages about the caller.
 *
 * @authorizes AUTHOR
 * @dataSource messages
 * @access dynamodb:UpdateItem,dynamodb:GetItem messages
 */
import { util } from '@aws-appsync/utils';
import { systemType } from '../../contract/names.json';
import { callerId } from '../shared/identity';
import { admittedRoomId } from '../shared/membership';
import { noteRefusal } from '../shared/refusal';
import { deletable, tombstoneUpdate } from '../shared/tombstone';

/** @param {import('../shared/types').RequestContext<'eraseMessage'>} ctx */
export function request(ctx) {
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx), seq: ctx.stash.seq }),
    update: tombstoneUpdate(ctx),
    condition: deletable(' AND authorId = :author AND #type <> :system', { ':author': callerId(ctx), ':system': systemType }),
  };
}

/** @param {import('../shared/types').ResponseContext<'eraseMessage'>} ctx */
export function response(ctx) {
  if (!noteRefusal(ctx)) {
    ctx.stash.row = ctx.result;
  }
}
