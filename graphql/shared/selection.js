/**
 * The selection of a mutation's caller, because subscribers receive the fields that the sender selected, possibly
 * under the sender's aliases (docs/adr/0014).
 *
 * `selectionSetList` has every selected field by its name in the response, including fields of fragments: an alias
 * hides the field behind it. `selectionSetGraphQL` has the text, including aliases and inline fragments, but only the
 * names of named fragments (AppSync developer guide, "Info"; aws/aws-appsync-community#142). Therefore only a
 * selection that consists of names and braces is unambiguous.
 */
import { util } from '@aws-appsync/utils';
import { fail } from './errors';
import { selections } from './fields';

/** @typedef {import('./types').Context} Context */
/** @typedef {{ list: string[], tokens: string[], isReadable: boolean, paths: string[] | null }} Selection */

/** Field of an event: whether the sender selected all fields, or the backend published the event. */
const completeField = 'selectionComplete';

const plainPattern = '^[A-Za-z0-9_{},\\s]+$';
/** Names, braces and directives, without fragments, strings and comments. */
const readablePattern = '^[A-Za-z0-9_{},\\s@(:$)!]+$';
const marks = ['{', '}', '(', ')', ':', '...', '@'];
const blanks = ['\n', '\r', '\t', ','];

/**
 * Decides whether the response itself is the event, and ends the operation if the selection could be mistaken for
 * another one. Runs before the first write.
 *
 * @param {import('./types').Context<never, 'isDelivered'>} ctx `stash.isDelivered` becomes true if the response is
 *   delivered to subscribers; otherwise the write must store the event for the stream, see unpublished.js
 * @param {keyof typeof selections} type the response's type
 */
export function checkSelection(ctx, type) {
  const { list, paths } = readSelection(ctx);
  ctx.stash.isDelivered =
    !!paths && selections[type].every((path) => paths.indexOf(path) >= 0 && list.indexOf(path) >= 0);
}

/**
 * @template {Record<string, unknown>} Answer
 * @param {import('./types').Context<'isDelivered'>} ctx after checkSelection
 * @param {Answer} answer
 * @returns {Answer & { selectionComplete: boolean }}
 */
export function withCompleteness(ctx, answer) {
  return { ...answer, selectionComplete: !!ctx.stash.isDelivered };
}

/**
 * @template {Record<string, unknown>} Event
 * @param {Event} event an event that the backend publishes, with its own document
 * @returns {Event & { selectionComplete: boolean }}
 */
export function published(event) {
  return { ...event, selectionComplete: true };
}

/**
 * @param {Context} ctx
 * @returns {Selection} `paths` is null if the text has more than names and braces
 */
function readSelection(ctx) {
  const info = /** @type {{ selectionSetList?: string[], selectionSetGraphQL?: string } | undefined} */ (ctx.info);
  const list = info?.selectionSetList ?? [];
  const text = info?.selectionSetGraphQL ?? '';
  const tokens = tokensOf(text);
  assertNoAlias(tokens);
  const selection = {
    list,
    tokens,
    isReadable: util.matches(readablePattern, text),
    paths: util.matches(plainPattern, text) ? pathsOf(tokens) : null,
  };
  assertCompletenessReadable(selection);
  return selection;
}

/**
 * @param {string} text a selection
 * @returns {string[]} its names and marks; strings and comments are not recognized, and readable text has none
 */
function tokensOf(text) {
  let spaced = text;
  for (const blank of blanks) {
    spaced = spaced.split(blank).join(' ');
  }
  for (const mark of marks) {
    spaced = spaced.split(mark).join(` ${mark} `);
  }
  return spaced.split(' ').filter((token) => token !== '');
}

/**
 * Only directives have arguments here: the fields of a response have none.
 *
 * @param {string[]} tokens
 */
function assertNoAlias(tokens) {
  let depth = 0;
  let before = '';
  for (const token of tokens) {
    if (token === '(') {
      depth += 1;
    } else if (token === ')') {
      depth -= 1;
    } else if (token === ':' && depth <= 0) {
      fail(
        'ValidationError',
        `The selection has the alias ${before.slice(0, 100)}. Select the fields of this mutation without aliases: ` +
          'its response is delivered to subscribers.',
      );
    }
    before = token;
  }
}

/**
 * @param {string[]} tokens names and braces
 * @returns {string[]} the path of each name
 */
function pathsOf(tokens) {
  /** @type {string[]} */
  const paths = [];
  let prefixes = [''];
  let last = '';
  for (const token of tokens) {
    const prefix = prefixes[prefixes.length - 1] ?? '';
    if (token === '{') {
      prefixes = [...prefixes, last ? `${prefix}${last}/` : prefix];
      last = '';
    } else if (token === '}') {
      prefixes = prefixes.slice(0, -1);
      last = '';
    } else {
      paths.push(`${prefix}${token}`);
      last = token;
    }
  }
  return paths;
}

/**
 * Ends the operation if `selectionComplete` is selected and it is unknown which field is behind it.
 *
 * @param {Selection} selection
 */
function assertCompletenessReadable({ list, tokens, isReadable, paths }) {
  const isSelected = list.indexOf(completeField) >= 0 || tokens.indexOf(completeField) >= 0;
  const isSeen = paths ? paths.indexOf(completeField) >= 0 : isReadable && tokens.indexOf(completeField) >= 0;
  if (isSelected && !isSeen) {
    fail(
      'ValidationError',
      `${completeField} is selected together with a fragment. Write the fields of this mutation in the mutation itself, ` +
        `without fragments, or leave ${completeField} out.`,
    );
  }
}
