/**
 * Attachments: files in a private bucket. Each key begins with the room and the user who uploads the file.
 */
import { util } from '@aws-appsync/utils';
import { attachmentKeyPattern, attachmentNamePattern, attachmentTypes } from '../../contract/formats.json';
import { attachmentNameLength, attachmentSizeMaximum, attachmentsMaximum } from '../../contract/limits.json';
import { textType } from '../../contract/names.json';
import { isWhole } from './characters';
import { fail } from './errors';
import { callerId } from './identity';
import { requiredLine } from './validation';

/** @typedef {import('./types').AttachmentRow} AttachmentRow */
/** @typedef {import('./types').Context} Context */

/**
 * @authorizes
 * @param {Context} ctx
 * @param {string} roomId
 * @returns {string} the prefix of the keys of the caller's files for the room
 */
function ownPrefix(ctx, roomId) {
  return `rooms/${roomId}/${callerId(ctx)}/`;
}

/**
 * @authorizes
 * @param {Context} ctx
 * @param {string} roomId
 * @param {string} name
 * @returns {string} a new key; it contains the name if the name's characters are allowed in keys
 */
export function newKey(ctx, roomId, name) {
  const last = isWhole(attachmentNamePattern, name) ? name : 'file';
  return `${ownPrefix(ctx, roomId)}${util.autoUlid()}/${last}`;
}

/**
 * @param {string} argument the argument's name, for the error message
 * @param {{ name: string, contentType: string, size: number }} file
 * @returns {{ name: string, contentType: string, size: number }} the file, if it is within the limits
 */
export function requiredFile(argument, file) {
  const name = requiredLine(`${argument}.name`, file.name, attachmentNameLength);
  const { contentType, size } = file;
  if (attachmentTypes.indexOf(contentType) < 0) {
    fail('ValidationError', `${argument}.contentType is not allowed. Give one of ${attachmentTypes.join(', ')}.`);
  }
  if (size < 1 || size > attachmentSizeMaximum) {
    fail('ValidationError', `${argument}.size is ${size} bytes. Give 1 to ${attachmentSizeMaximum}.`);
  }
  return { name, contentType, size };
}

/**
 * Checks that the attachments fit the message's type and are files that the caller uploaded for this room.
 *
 * @authorizes
 * @param {Context} ctx
 * @param {string} roomId
 * @param {string} type of the message
 * @param {AttachmentRow[] | null | undefined} given
 * @returns {AttachmentRow[]}
 */
export function requiredAttachments(ctx, roomId, type, given) {
  const attachments = given ?? [];
  if ((type === textType) !== (attachments.length === 0)) {
    fail('ValidationError', 'Messages of type IMAGE and FILE require attachments. Messages of type TEXT cannot have any.');
  }
  if (attachments.length > attachmentsMaximum) {
    fail('ValidationError', `There are ${attachments.length} attachments. Give ${attachmentsMaximum} or fewer.`);
  }
  const prefix = ownPrefix(ctx, roomId);
  return attachments.map((attachment) => {
    const file = requiredFile('input.attachments', attachment);
    if (!attachment.key.startsWith(prefix) || !isWhole(attachmentKeyPattern, attachment.key)) {
      fail('ValidationError', 'input.attachments has a key that requestAttachmentUpload did not give you for this room.');
    }
    if (type === 'IMAGE' && !file.contentType.startsWith('image/')) {
      fail('ValidationError', 'A message of type IMAGE can only have images as attachments. Send other files with type FILE.');
    }
    return { key: attachment.key, ...file };
  });
}
