// Response handlers that trust the result of AppSync after a refused condition, as the guide suggests. Tests replace
// the real handlers with them, to show that the tests detect this.
import { util } from './appsync_local.mjs';

const isRefused = (ctx) => ctx.error?.type === 'DynamoDB:ConditionalCheckFailedException';

export const naive = {
  editMessage(ctx) {
    if (isRefused(ctx) && ctx.result?.content !== ctx.stash.content) {
      util.error('The message has another version by now.', 'Conflict');
    }
    ctx.stash.row = ctx.result;
  },
  eraseMessage(ctx) {
    ctx.stash.row = ctx.result;
    if (isRefused(ctx)) {
      if (!ctx.result) {
        util.error('There is no such message.', 'NotFound');
      }
      ctx.stash.isOthers = !ctx.result.deletedAt;
    }
  },
  activateMembership(ctx) {
    if (isRefused(ctx) && ctx.result?.joinId !== ctx.stash.joinId) {
      ctx.stash.existing = ctx.result;
    } else {
      ctx.stash.membership = { ...ctx.result, chatRoomId: ctx.result.roomId };
    }
  },
  putIdempotencyRecord(ctx) {
    if (isRefused(ctx)) {
      if (!ctx.result) {
        util.error('The message was sent twice at once.', 'Conflict');
      }
      ctx.stash.seq = ctx.result.seq;
    }
  },
  archiveRoom(ctx) {
    ctx.stash.room = ctx.result;
    ctx.stash.isNotDone = isRefused(ctx) && ctx.result?.lastChangeId !== ctx.stash.auditId;
    ctx.stash.failure = null;
  },
};
