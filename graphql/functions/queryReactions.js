/**
 * Reads the reactions to the message: on the first page those of the set in the message, then the rows.
 *
 * @dataSource reactions
 * @access dynamodb:Query reactions
 */
import { runtime, util } from '@aws-appsync/utils';
import { failInvalidCursor, opaqueCursor } from '../shared/cursor';
import { throwIfError, isInvalidCursor } from '../shared/errors';
import { splitReactionId } from '../shared/reactionCounts';
import { reactionsKey } from '../shared/reactions';

/** @param {import('../shared/types').RequestContext<'queryReactions'>} ctx */
export function request(ctx) {
  const { emoji, limit } = ctx.stash;
  const row = ctx.stash.row;
  const nextToken = opaqueCursor(ctx.args.nextToken);
  ctx.stash.reactions = (nextToken ? [] : (row.reactions ?? []))
    .filter((reactionId) => !emoji || splitReactionId(reactionId).emoji === emoji)
    .map((reactionId) => ({ reactionId }));
  if (row.deletedAt || !row.overflowTotal) {
    runtime.earlyReturn({});
  }
  const message = { ':message': reactionsKey(ctx) };
  return {
    operation: 'Query',
    query: {
      expression: emoji ? 'messageId = :message AND begins_with(reactionId, :emoji)' : 'messageId = :message',
      expressionValues: util.dynamodb.toMapValues(emoji ? { ...message, ':emoji': `${emoji}#` } : message),
    },
    limit,
    nextToken,
  };
}

/** @param {import('../shared/types').ResponseContext<'queryReactions'>} ctx */
export function response(ctx) {
  if (isInvalidCursor(ctx.error)) {
    failInvalidCursor();
  }
  throwIfError(ctx.error);
  const { emoji, reactions } = ctx.stash;
  const rows = /** @type {import('../shared/types').ReactionRow[]} */ (ctx.result.items);
  ctx.stash.reactions = [
    ...reactions,
    ...rows.filter((row) => !emoji || splitReactionId(row.reactionId).emoji === emoji),
  ];
  ctx.stash.nextToken = ctx.result.nextToken;
}
