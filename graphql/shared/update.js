/**
 * Update expressions from plain values, because which attributes change is known only when the code runs. A condition
 * shares the placeholders of its update: those of values begin with `:to_` and `:by_` here.
 */
import { util } from '@aws-appsync/utils';

/**
 * @param {Record<string, unknown>} changes attribute -> new value; null removes the attribute
 * @param {Record<string, number>} increments attribute -> what is added to it
 * @param {Record<string, string>} [copies] attribute -> the attribute of `changes` whose value from before it keeps
 * @returns {{ expression: string, expressionNames: Record<string, string>, expressionValues?: any }}
 */
export function toUpdate(changes, increments, copies) {
  /** @type {Record<string, string>} */
  const expressionNames = {};
  /** @type {Record<string, unknown>} */
  const values = {};
  /** @type {string[]} */
  const sets = [];
  /** @type {string[]} */
  const removals = [];
  for (const [name, value] of Object.entries(changes)) {
    expressionNames[`#${name}`] = name;
    if (value === null) {
      removals.push(`#${name}`);
    } else {
      values[`:to_${name}`] = value;
      sets.push(`#${name} = :to_${name}`);
    }
  }
  for (const [name, source] of Object.entries(copies ?? {})) {
    expressionNames[`#${name}`] = name;
    sets.push(`#${name} = #${source}`);
  }
  /** @type {string[]} */
  const additions = [];
  for (const [name, value] of Object.entries(increments)) {
    expressionNames[`#${name}`] = name;
    values[`:by_${name}`] = value;
    additions.push(`#${name} :by_${name}`);
  }
  return {
    expression: [clause('SET', sets), clause('REMOVE', removals), clause('ADD', additions)]
      .filter((text) => text !== '')
      .join(' '),
    expressionNames,
    // DynamoDB refuses an empty map of values.
    ...(Object.keys(values).length > 0 ? { expressionValues: util.dynamodb.toMapValues(values) } : {}),
  };
}

/**
 * @param {string} verb
 * @param {string[]} parts
 * @returns {string}
 */
function clause(verb, parts) {
  return parts.length > 0 ? `${verb} ${parts.join(', ')}` : '';
}
