/**
 * Validation of the settings of a room.
 */
import { retentionDaysMaximum, roomDescriptionLength, roomNameLength, slowModeSecondsMaximum } from '../../contract/limits.json';
import { fail } from './errors';
import { numberWithin, optionalText, requiredLine } from './validation';

/** @typedef {import('./types').RoomRow} RoomRow */
/** @typedef {import('./types').Changes<RoomRow>} Settings attributes of the room's row; null for an attribute to be removed */
/** @typedef {Pick<RoomRow, 'name' | 'visibility'> & Partial<RoomRow>} NewSettings of a new room */

/**
 * @param {unknown} value
 * @returns {boolean}
 */
function isGiven(value) {
  return value !== null && value !== undefined;
}

/**
 * Checks the settings that are given.
 *
 * @param {Record<string, any>} input
 * @returns {Settings}
 */
export function givenSettings(input) {
  /** @type {Settings} */
  const settings = {};
  if (isGiven(input.name)) {
    settings.name = requiredLine('input.name', input.name, roomNameLength);
  }
  if (isGiven(input.description)) {
    settings.description = optionalText('input.description', input.description, roomDescriptionLength) || null;
  }
  if (isGiven(input.visibility)) {
    settings.visibility = requiredVisibility(input.visibility);
    // The key of an index: only public rooms have it. It is never NULL, because DynamoDB would refuse the row.
    settings.listedVisibility = input.visibility === 'PUBLIC' ? 'PUBLIC' : null;
  }
  if (isGiven(input.slowModeSeconds)) {
    settings.slowModeSeconds =
      numberWithin('input.slowModeSeconds', input.slowModeSeconds, 0, slowModeSecondsMaximum) || null;
  }
  if (isGiven(input.frozen)) {
    settings.frozen = input.frozen ? true : null;
  }
  if (isGiven(input.historyVisibility)) {
    settings.historyVisibility = input.historyVisibility === 'FROM_JOIN' ? 'FROM_JOIN' : null;
  }
  if (isGiven(input.retentionDays)) {
    settings.retentionDays = numberWithin('input.retentionDays', input.retentionDays, 0, retentionDaysMaximum) || null;
  }
  return settings;
}

/**
 * @param {import('./types').ChatRoomVisibility} visibility
 * @returns {import('./types').ChatRoomVisibility}
 */
function requiredVisibility(visibility) {
  if (visibility === 'DIRECT') {
    fail('ValidationError', 'input.visibility cannot be DIRECT. Give PUBLIC or PRIVATE, or create the room with openDirectRoom.');
  }
  return visibility;
}

/**
 * @param {Settings} settings
 * @returns {NewSettings} the settings, without those to be removed
 */
export function storedSettings(settings) {
  /** @type {any} */
  const stored = {};
  for (const [name, value] of Object.entries(settings)) {
    if (value !== null) {
      stored[name] = value;
    }
  }
  return stored;
}

/**
 * Settings that moderators may also change.
 *
 * @authorizes
 */
export const moderatorSettings = ['slowModeSeconds', 'frozen'];

/**
 * @param {Settings} settings
 * @returns {{ name: string, value: string | null }[]} the settings for the moderation log; null for "none"
 */
export function toChanges(settings) {
  return Object.entries(settings)
    .filter(([name]) => name !== 'listedVisibility')
    .map(([name, value]) => ({ name, value: value === null ? null : `${value}` }));
}
