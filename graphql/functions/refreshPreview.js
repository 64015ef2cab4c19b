/**
 * Updates the room's preview of its last message, if the message of the stash is the last one. Runs twice in its
 * pipeline: the second time it retries a failed update.
 *
 * A late call does not replace a newer text, or a deletion, with an older text: the preview keeps the revision of its
 * message.
 *
 * The change of the message is already stored. Therefore no error is raised for an edit: the preview shows the old
 * text until the next message. Deleted text must not remain anywhere, so a deletion fails and asks the caller to
 * retry.
 *
 * @dataSource rooms
 * @access dynamodb:UpdateItem,dynamodb:GetItem rooms
 */
import { runtime, util } from '@aws-appsync/utils';
import { previewLength } from '../../contract/limits.json';
import { cut } from '../shared/characters';
import { fail, isRefusedByCondition } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';

/** @param {import('../shared/types').RequestContext<'refreshPreview'>} ctx */
export function request(ctx) {
  const row = ctx.stash.row;
  // The room was read a moment ago; its last number can only have increased since then.
  if (ctx.stash.isPreviewDone || ctx.stash.room.lastSeq > row.seq) {
    runtime.earlyReturn({});
  }
  const content = row.content && cut(row.content, previewLength);
  const revision = 1 + (row.changes ?? 0);
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx) }),
    update: content
      ? {
          expression: 'SET lastMessage.content = :content, lastMessage.revision = :revision',
          expressionValues: util.dynamodb.toMapValues({ ':content': content, ':revision': revision }),
        }
      : {
          expression: 'SET lastMessage.revision = :revision REMOVE lastMessage.content',
          expressionValues: util.dynamodb.toMapValues({ ':revision': revision }),
        },
    condition: {
      expression:
        'lastSeq = :seq AND attribute_exists(lastMessage) ' +
        'AND (attribute_not_exists(lastMessage.revision) OR lastMessage.revision < :own)',
      expressionValues: util.dynamodb.toMapValues({ ':seq': row.seq, ':own': revision }),
    },
  };
}

/** @param {import('../shared/types').ResponseContext<'refreshPreview'>} ctx */
export function response(ctx) {
  const isFirst = ctx.stash.isPreviewDone === undefined;
  ctx.stash.isPreviewDone = !ctx.error || isRefusedByCondition(ctx.error);
  if (!ctx.stash.isPreviewDone && !isFirst && ctx.stash.row.deletedAt) {
    fail('Conflict', 'The message is deleted, but the preview of the room may still show its text. Retry the request unchanged.');
  }
}
