/**
 * Cursors that the API creates itself: the kind of list, a colon, and the last key of the page. They are opaque to
 * clients, contain no secrets and grant no access: the lists are authorized like any other read.
 */
import { notificationIdPattern, roomIdPattern, userIdPattern } from '../../contract/formats.json';
import { isLine, isWhole } from './characters';
import { fail } from './errors';
import { numberOf } from './validation';

/** @typedef {string | null | undefined} OptionalText */

/**
 * @returns {never}
 */
export function failInvalidCursor() {
  fail('ValidationError', 'nextToken is not valid for this list. Give the nextToken of the previous page, or omit it.');
}

/**
 * @param {OptionalText} cursor that AppSync made
 * @returns {string | null} the cursor
 */
export function opaqueCursor(cursor) {
  if (cursor === null || cursor === undefined) {
    return null;
  }
  if (cursor === '' || !isLine(cursor)) {
    failInvalidCursor();
  }
  return cursor;
}

/**
 * @param {string} kind
 * @param {string | number} position
 * @returns {string}
 */
export function toCursor(kind, position) {
  return `${kind}:${position}`;
}

/**
 * @param {string} kind
 * @param {OptionalText} cursor
 * @param {string} pattern of the position
 * @returns {string | null} the position; null without a cursor
 */
function position(kind, cursor, pattern) {
  if (cursor === null || cursor === undefined) {
    return null;
  }
  const prefix = `${kind}:`;
  const rest = cursor.slice(prefix.length);
  if (!cursor.startsWith(prefix) || !isWhole(pattern, rest)) {
    failInvalidCursor();
  }
  return rest;
}

/**
 * @param {string} kind
 * @param {OptionalText} cursor
 * @returns {number | null} the sequence number after which, in reading direction, the page starts
 */
export function sequenceFromCursor(kind, cursor) {
  const digits = position(kind, cursor, '(?:0|[1-9][0-9]{0,9})');
  return digits === null ? null : numberOf(digits);
}

/**
 * @param {string} kind
 * @param {OptionalText} cursor
 * @returns {string | null} the room after which the page starts
 */
export function roomIdFromCursor(kind, cursor) {
  return position(kind, cursor, roomIdPattern);
}

/**
 * @param {string} kind
 * @param {OptionalText} cursor
 * @returns {string | null} the user after whom the page starts
 */
export function userIdFromCursor(kind, cursor) {
  return position(kind, cursor, userIdPattern);
}

/**
 * @param {string} kind
 * @param {OptionalText} cursor
 * @returns {string | null} the ULID, or the id of a report, after which the page starts
 */
export function entryIdFromCursor(kind, cursor) {
  return position(kind, cursor, '[A-Za-z0-9_:-]{1,80}');
}

/**
 * @param {string} kind
 * @param {OptionalText} cursor
 * @returns {string | null} the notification before which the page starts
 */
export function notificationIdFromCursor(kind, cursor) {
  return position(kind, cursor, notificationIdPattern);
}
