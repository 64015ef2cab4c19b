/**
 * Validation of arguments: each function returns the valid value or ends the operation. Null and absent are equivalent.
 */
import { util } from '@aws-appsync/utils';
import {
  clientMessageIdPattern,
  clientMessageIdRule,
  notificationIdPattern,
  roomIdPattern,
  userIdPattern,
} from '../../contract/formats.json';
import { pageSize, pageSizeMaximum, reasonLength, sequenceMaximum } from '../../contract/limits.json';
import { isLine, isText, isWhole, isWithin } from './characters';
import { fail } from './errors';
import { keyOf, namesOf } from './maps';

/** @typedef {string | null | undefined} OptionalText */
/** @typedef {number | null | undefined} OptionalNumber */

/**
 * @param {string} argument the argument's name, for the error message
 * @param {OptionalText} value
 * @param {number} longest maximum length in characters
 * @returns {string} the trimmed text
 */
export function requiredText(argument, value, longest) {
  const text = optionalText(argument, value, longest);
  if (!text) {
    fail('ValidationError', `${argument} is empty. Give 1 to ${longest} characters that are not all spaces.`);
  }
  return text;
}

/**
 * @param {string} argument the argument's name, for the error message
 * @param {OptionalText} value
 * @param {number} longest maximum length in characters
 * @returns {string} the trimmed text; empty if there is none
 */
export function optionalText(argument, value, longest) {
  const text = value ?? '';
  if (!isText(text)) {
    failUnreadable(argument);
  }
  return withinLength(argument, text.trim(), longest);
}

/**
 * @param {string} argument the argument's name, for the error message
 * @param {OptionalText} value
 * @param {number} longest maximum length in characters
 * @returns {string} the trimmed text, which is a single line
 */
export function requiredLine(argument, value, longest) {
  if (!isLine((value ?? '').trim())) {
    failUnreadable(argument);
  }
  return requiredText(argument, value, longest);
}

/**
 * @param {string} argument the argument's name, for the error message
 * @returns {never}
 */
function failUnreadable(argument) {
  fail(
    'ValidationError',
    `${argument} contains control characters or invalid Unicode. Remove them. Tabs and line breaks are only allowed in multi-line texts.`,
  );
}

/**
 * @param {string} argument the argument's name, for the error message
 * @param {string} text
 * @param {number} longest maximum length in characters
 * @returns {string} the text
 */
function withinLength(argument, text, longest) {
  if (!isWithin(text, longest)) {
    fail('ValidationError', `${argument} has more than ${longest} characters. Shorten it to ${longest} or fewer.`);
  }
  return text;
}

/**
 * Ends an operation of the backend if a text in its input cannot be stored or displayed.
 *
 * @param {string} argument the argument's name, for the error message
 * @param {Record<string, unknown> | null | undefined} input
 */
export function assertReadable(argument, input) {
  for (const [name, value] of Object.entries(input ?? {})) {
    if (typeof value === 'string' && !isText(value)) {
      failUnreadable(`${argument}${name}`);
    }
  }
}

/**
 * @param {string} argument the argument's name, for the error message
 * @param {OptionalText} value
 * @returns {string} the id
 */
export function requiredRoomId(argument, value) {
  if (!value || !isWhole(roomIdPattern, value)) {
    fail('ValidationError', `${argument} is not a valid room id. Give an id that createChatRoom or a list returned.`);
  }
  return value;
}

/**
 * @param {string} argument the argument's name, for the error message
 * @param {OptionalText} value
 * @returns {{ roomId: string, seq: number }} the room and the sequence number of the message
 */
export function requiredMessageId(argument, value) {
  const id = value ?? '';
  const colon = id.lastIndexOf(':');
  const roomId = id.slice(0, Math.max(colon, 0));
  const digits = id.slice(colon + 1);
  if (!isWhole(roomIdPattern, roomId) || !isWhole('[1-9][0-9]{0,9}', digits)) {
    fail('ValidationError', `${argument} is not a valid message id. Give an id that createMessage or a list returned.`);
  }
  return { roomId, seq: numberOf(digits) };
}

/**
 * @param {string} digits a whole number without leading zeros
 * @returns {number} the number; `parseInt` is not among the functions that the AppSync developer guide lists
 */
export function numberOf(digits) {
  return JSON.parse(digits);
}

/**
 * @param {string} argument the argument's name, for the error message
 * @param {OptionalText} value
 * @returns {string} the id
 */
export function requiredUserId(argument, value) {
  if (!value || !isWhole(userIdPattern, value)) {
    fail('ValidationError', `${argument} is not a valid user id. Give an id that me or roomMembers returned.`);
  }
  return value;
}

/**
 * @param {OptionalText} value
 * @returns {string} the reason of a moderation action
 */
export function requiredReason(value) {
  return requiredText('reason', value, reasonLength);
}

/**
 * @param {string} argument the argument's name, for the error message
 * @param {OptionalText} value
 * @returns {{ reason?: string }} the reason of a moderation action; without the key if none was given
 */
export function optionalReason(argument, value) {
  const reason = optionalText(argument, value, reasonLength);
  return reason ? { reason } : {};
}

/**
 * @param {string} argument the argument's name, for the error message
 * @param {number} value
 * @param {number} lowest
 * @param {number} highest
 * @returns {number}
 */
export function numberWithin(argument, value, lowest, highest) {
  if (value < lowest || value > highest) {
    fail('ValidationError', `${argument} is ${value}. Give ${lowest} to ${highest}, or omit it.`);
  }
  return value;
}

/**
 * @param {OptionalText} value
 * @returns {string} the client's id of the message, or a new one
 */
export function clientMessageIdOrNew(value) {
  if (value === null || value === undefined) {
    return util.autoUlid();
  }
  if (!isWhole(clientMessageIdPattern, value)) {
    fail('ValidationError', `input.clientMessageId is malformed. Give ${clientMessageIdRule}, such as a UUID.`);
  }
  return value;
}

/**
 * @param {OptionalNumber} value
 * @returns {number} the page's size
 */
export function pageLimit(value) {
  const limit = value ?? pageSize;
  if (limit < 1 || limit > pageSizeMaximum) {
    fail('ValidationError', `limit is ${limit}. Give 1 to ${pageSizeMaximum}, or omit it for ${pageSize}.`);
  }
  return limit;
}

/**
 * @param {string} argument the argument's name, for the error message
 * @param {OptionalNumber} value
 * @param {number} lowest
 * @returns {number | null} the sequence number; null if it was not given
 */
export function optionalSequence(argument, value, lowest) {
  if (value === null || value === undefined) {
    return null;
  }
  if (value < lowest || value > sequenceMaximum) {
    fail('ValidationError', `${argument} is ${value}. Give ${lowest} or more (the seq of a message), or omit it.`);
  }
  return value;
}

/**
 * @param {string} argument the argument's name, for the error message
 * @param {number} value
 * @param {number} lowest
 * @returns {number} the sequence number
 */
export function requiredSequence(argument, value, lowest) {
  return optionalSequence(argument, value, lowest) ?? lowest;
}

/**
 * @param {string} argument the argument's name, for the error message
 * @param {OptionalText} value
 * @returns {string} the id
 */
export function requiredNotificationId(argument, value) {
  if (!value || !isWhole(notificationIdPattern, value)) {
    fail('ValidationError', `${argument} is not a valid notification id. Give an id that myNotifications returned.`);
  }
  return value;
}

/**
 * @param {string} argument the argument's name, for the error message
 * @param {string[] | null | undefined} values
 * @param {number} most
 * @returns {string[]} the ids without duplicates; empty if there are none
 */
export function uniqueUserIds(argument, values, most) {
  /** @type {Record<string, boolean>} */
  const found = {};
  for (const value of values ?? []) {
    found[keyOf(requiredUserId(argument, value))] = true;
  }
  const userIds = namesOf(found);
  if (userIds.length > most) {
    fail('ValidationError', `${argument} has ${userIds.length} users. Give ${most} or fewer.`);
  }
  return userIds;
}
