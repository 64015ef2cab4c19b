/**
 * Update expressions from plain values, because the changed attributes are only known at run time.
 *
 * AWS does not document how AppSync merges the placeholders of an update and of its condition, so no request uses the
 * same placeholder in both. Placeholders created here begin with `#to_`, `:to_` and `:by_`; conditions use other
 * names.
 */
import { util } from '@aws-appsync/utils';

/**
 * @param {Record<string, unknown>} changes attribute -> new value; null removes the attribute
 * @param {Record<string, number>} increments attribute -> number to add
 * @param {Record<string, string>} [copies] attribute -> an attribute in `changes`, whose previous value is copied
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
    expressionNames[`#to_${name}`] = name;
    if (value === null) {
      removals.push(`#to_${name}`);
    } else {
      values[`:to_${name}`] = value;
      sets.push(`#to_${name} = :to_${name}`);
    }
  }
  for (const [name, source] of Object.entries(copies ?? {})) {
    expressionNames[`#to_${name}`] = name;
    sets.push(`#to_${name} = #to_${source}`);
  }
  /** @type {string[]} */
  const additions = [];
  for (const [name, value] of Object.entries(increments)) {
    expressionNames[`#to_${name}`] = name;
    values[`:by_${name}`] = value;
    additions.push(`#to_${name} :by_${name}`);
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
 * A change that adds something must not be made twice if DynamoDB's response is lost and AppSync retries, as every AWS
 * client does. Therefore it stores a unique id in the row, and is refused if the row already has this id. A change by
 * another request in between would hide the id; AppSync retries within milliseconds.
 *
 * @param {string} changeId the id of the change
 * @param {string} [more] a further condition
 * @param {{ expressionNames?: Record<string, string>, values?: Record<string, unknown> }} [of] the names and values
 *   in `more`
 * @returns {any} the condition that the change was not made by an earlier attempt
 */
export function idempotencyCondition(changeId, more, of) {
  return {
    expression: `${more ? `${more} AND ` : ''}(attribute_not_exists(lastChangeId) OR lastChangeId <> :change)`,
    ...(of?.expressionNames ? { expressionNames: of.expressionNames } : {}),
    expressionValues: util.dynamodb.toMapValues({ ...of?.values, ':change': changeId }),
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
