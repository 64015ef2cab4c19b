/**
 * Reads the message that a message replies to and the members that it mentions, and ends the operation if one does not
 * exist. Also distinguishes a room that does not exist from a room that the caller cannot see, as assertRoomVisible
 * does. Costs nothing for a message without references.
 *
 * If the clientMessageId already has a sequence number, it also reads the row at that number: a message that was sent
 * is returned, even if its references no longer exist.
 *
 * @authorizes MEMBER, REQUIRED_ROLE
 * @dataSource memberships
 * @access dynamodb:BatchGetItem memberships
 * @access dynamodb:BatchGetItem messages
 */
import { runtime, util } from '@aws-appsync/utils';
import { hasRequiredRole } from '../shared/authority';
import { tables } from '../shared/environment';
import { fail, throwIfError, throwIfUnprocessedKeys } from '../shared/errors';
import { resumeFrom } from '../shared/idempotency';
import {
  admittedRoomId,
  failUnknownRoom,
  hidesHistory,
  isAdmitted,
  isRoomUncertain,
  joinedSeq,
} from '../shared/membership';
import { isVisible, toMessageId } from '../shared/message';

/** @param {import('../shared/types').RequestContext<'readReferences', { seq: number }>} ctx */
export function request(ctx) {
  const { roomId, mentionsRoom } = ctx.stash;
  const mentions = /** @type {string[]} */ (ctx.stash.mentions ?? []);
  if (mentionsRoom && isAdmitted(ctx) && !hasRequiredRole(ctx)) {
    fail('Forbidden', 'Only moderators of the room can mention everyone. Mention individual members instead.');
  }
  if (isRoomUncertain(ctx) && !ctx.stash.room) {
    failUnknownRoom();
  }
  admittedRoomId(ctx);
  const seqs = messageNumbers(ctx);
  if (seqs.length === 0 && mentions.length === 0) {
    runtime.earlyReturn({});
  }
  return {
    operation: 'BatchGetItem',
    tables: {
      ...(seqs.length > 0
        ? {
            [tables.messages]: {
              keys: seqs.map((seq) => util.dynamodb.toMapValues({ roomId, seq })),
              consistentRead: true,
            },
          }
        : {}),
      ...(mentions.length > 0
        ? {
            [tables.memberships]: { keys: mentions.map((userId) => util.dynamodb.toMapValues({ roomId, userId })) },
          }
        : {}),
    },
  };
}

/** @param {import('../shared/types').ResponseContext<'readReferences'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  throwIfUnprocessedKeys(ctx.result);
  const found = ctx.result.data;
  const { hasIdempotencyRecord, seq, replyToSeq } = ctx.stash;
  const messages = /** @type {(import('../shared/types').MessageRow | null)[]} */ (found[tables.messages] ?? []);
  if (hasIdempotencyRecord) {
    resumeFrom(ctx, messages.find((row) => row?.seq === seq) ?? null);
  }
  if (ctx.stash.message) {
    return;
  }
  if (replyToSeq) {
    joinThread(ctx, messages.find((row) => row?.seq === replyToSeq) ?? null);
  }
  assertMentionsAreMembers(ctx.stash.mentions ?? [], found[tables.memberships] ?? []);
}

/**
 * @param {import('../shared/types').RequestContext<'readReferences', { seq: number }>} ctx
 * @returns {number[]} the numbers to read, without duplicates: that of the caller's clientMessageId, and that of the
 *   parent message
 */
function messageNumbers(ctx) {
  const { hasIdempotencyRecord, seq, replyToSeq } = ctx.stash;
  const isOther = replyToSeq && !(hasIdempotencyRecord && replyToSeq === seq);
  return [...(hasIdempotencyRecord ? [seq] : []), ...(isOther ? [replyToSeq] : [])];
}

/**
 * @param {import('../shared/types').ResponseContext<'readReferences'>} ctx
 * @param {import('../shared/types').MessageRow | null} parent
 */
function joinThread(ctx, parent) {
  if (!isVisible(parent) || (hidesHistory(ctx.stash.room) && parent.seq <= joinedSeq(ctx))) {
    fail('NotFound', 'The message of input.replyToId does not exist or has expired.');
  }
  if (parent.deletedAt) {
    fail('ValidationError', 'The message of input.replyToId has been deleted. You cannot reply to it.');
  }
  ctx.stash.replyToId = toMessageId(parent.roomId, parent.seq);
  ctx.stash.threadId = parent.threadId ?? ctx.stash.replyToId;
}

/**
 * @param {string[]} userIds
 * @param {(import('../shared/types').MembershipRow | null)[]} memberships
 */
function assertMentionsAreMembers(userIds, memberships) {
  const active = memberships.flatMap((membership) => (membership?.state === 'ACTIVE' ? [membership.userId] : []));
  const stranger = userIds.find((userId) => active.indexOf(userId) < 0);
  if (stranger) {
    fail('ValidationError', `input.mentions has ${stranger}, who is not a member of the room. Mention members only.`);
  }
}
