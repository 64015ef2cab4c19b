/**
 * Replaces the content of the caller's own message on condition that it has the expected version. If the condition
 * fails, confirmEdit reads the reason.
 *
 * @authorizes AUTHOR
 * @dataSource messages
 * @access dynamodb:UpdateItem,dynamodb:GetItem messages
 */
import { util } from '@aws-appsync/utils';
import { systemType } from '../../contract/names.json';
import { correlation } from '../shared/correlation';
import { callerId } from '../shared/identity';
import { admittedRoomId, failIfMuted } from '../shared/membership';
import { noteRefusal } from '../shared/refusal';
import { failIfClosed } from '../shared/room';
import { unpublishedEvent } from '../shared/unpublished';

/** @param {import('../shared/types').RequestContext<'editMessage', { admission: import('../shared/types').Admission }>} ctx */
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
    unpublished: unpublishedEvent(ctx, { kind: 'UPDATED' }),
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
        ...(/** @type {number} */ (expectedVersion) > 1 ? { ':expected': expectedVersion } : {}),
      }),
    },
  };
}

/** @param {import('../shared/types').ResponseContext<'editMessage'>} ctx */
export function response(ctx) {
  if (!noteRefusal(ctx)) {
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
