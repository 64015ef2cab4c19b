/**
 * Replaces the content of the caller's own message, on condition that it has the version that the caller has seen. The
 * same edit again, after an answer was lost, is answered as the first time.
 *
 * @dataSource messages
 * @access dynamodb:UpdateItem,dynamodb:GetItem messages
 */
import { util } from '@aws-appsync/utils';
import { correlation } from '../shared/correlation';
import { fail, failOn, isRefusedByCondition } from '../shared/errors';
import { callerId } from '../shared/identity';
import { admittedRoomId, failIfMuted } from '../shared/membership';
import { failUnknownMessage, isShown, isWrittenBy, systemType } from '../shared/message';
import { failIfClosed } from '../shared/room';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const { seq, content, expectedVersion, mentions, mentionsRoom, isFlagged } = ctx.stash;
  const roomId = admittedRoomId(ctx);
  failIfMuted(ctx, ctx.stash.admission.membership);
  failIfClosed(ctx.stash.room);
  /** @type {Record<string, unknown>} */
  const attributes = {
    ...(mentions === null ? {} : { mentions: mentions.length > 0 && mentions }),
    ...(mentionsRoom === null ? {} : { mentionsRoom }),
    flagged: isFlagged,
    ...correlation(ctx),
  };
  const sets = Object.keys(attributes).filter((name) => attributes[name]);
  const removes = Object.keys(attributes).filter((name) => !attributes[name]);
  /** @type {Record<string, unknown>} */
  const values = {};
  for (const name of sets) {
    values[`:${name}`] = attributes[name];
  }
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId, seq }),
    update: {
      expression:
        'SET content = :content, editedAt = :now, version = if_not_exists(version, :one) + :one' +
        sets.map((name) => `, ${name} = :${name}`).join('') +
        (removes.length > 0 ? ` REMOVE ${removes.join(', ')}` : '') +
        ' ADD changes :one',
      expressionValues: util.dynamodb.toMapValues({
        ':content': content,
        ':now': util.time.nowISO8601(),
        ':one': 1,
        ...values,
      }),
    },
    condition: {
      expression:
        'authorId = :me AND #type <> :system AND attribute_not_exists(deletedAt) ' +
        `AND (attribute_not_exists(expiresAt) OR expiresAt > :seconds)${versionCondition(expectedVersion)}`,
      expressionNames: { '#type': 'type' },
      expressionValues: util.dynamodb.toMapValues({
        ':me': callerId(ctx),
        ':system': systemType,
        ':seconds': util.time.nowEpochSeconds(),
        ...(expectedVersion > 1 ? { ':expected': expectedVersion } : {}),
      }),
    },
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  if (isRefusedByCondition(ctx.error)) {
    ctx.stash.row = repeatedEdit(ctx, ctx.result);
  } else {
    failOn(ctx.error);
    ctx.stash.row = ctx.result;
  }
}

/**
 * @param {number | null} expected
 * @returns {string} a message that was never edited has version 1 and no attribute for it
 */
function versionCondition(expected) {
  if (expected === null) {
    return '';
  }
  return expected === 1 ? ' AND attribute_not_exists(version)' : ' AND version = :expected';
}

/**
 * @param {import('../shared/types').Context} ctx
 * @param {import('../shared/types').MessageRow | null} row the message that was not changed
 * @returns {import('../shared/types').MessageRow} the message, when it is what the caller wants it to be
 */
function repeatedEdit(ctx, row) {
  const { expectedVersion, content } = ctx.stash;
  if (!isShown(row)) {
    failUnknownMessage();
  }
  if (!isWrittenBy(row, callerId(ctx))) {
    fail('Forbidden', 'Only the author of a message can edit it.');
  }
  const version = row.version ?? 1;
  if (row.deletedAt) {
    fail('Conflict', 'The message has been deleted and cannot be edited any more.', { version });
  }
  if (version !== expectedVersion + 1 || row.content !== content) {
    fail('Conflict', `The message has version ${version} by now. Read it, and edit that version.`, { version });
  }
  return row;
}
