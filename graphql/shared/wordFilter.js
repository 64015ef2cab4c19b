/**
 * The word filter of the environment: a list of words and phrases that are matched anywhere in a message, regardless
 * of case and of the amount of white space. With the mode fail_open, a matching message is stored and marked.
 */
import { util } from '@aws-appsync/utils';
import { settings } from './environment';
import { fail } from './errors';

/**
 * @param {string} text
 * @returns {string} the text in lower case, with letters that look the same replaced by one of them, and single spaces
 */
function normalized(text) {
  return util.str
    .normalize(text, 'nfkc')
    .toLowerCase()
    .split('\n')
    .join(' ')
    .split(' ')
    .filter((word) => word)
    .join(' ');
}

/**
 * Ends the operation if the text has a word of the list. With the mode fail_open, reports the match instead.
 *
 * @param {string} text
 * @returns {boolean} whether the text must be flagged
 */
export function hasFilteredWord(text) {
  const plain = normalized(text);
  const isFound = settings.wordFilter.some((word) => plain.indexOf(normalized(word)) >= 0);
  if (isFound && settings.wordFilterMode !== 'fail_open') {
    fail('ValidationError', 'The message contains a blocked word. Remove it and send the message again.');
  }
  return isFound;
}
