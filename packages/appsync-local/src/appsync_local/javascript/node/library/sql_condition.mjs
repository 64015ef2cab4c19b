/** Renders condition objects as a statement's WHERE clause, with the parentheses and spaces of AppSync's output. */
import { inputFailure } from './signals.mjs';
import { isAbsent, isPlainObject, quoteName, Template } from './sql_values.mjs';

const COMPARISONS = { eq: '=', ne: '!=', gt: '>', lt: '<', ge: '>=', le: '<=' };
const GROUPS = { and: ' AND ', or: ' OR ' };

function demand(value, type, path) {
  if (isAbsent(value)) throw inputFailure(`Value for ${path} can't be null.`);
  if (type && typeof value !== type) throw inputFailure(`${path} expects a ${type} value to be passed.`);
  return value;
}

/** Conditions on a column or its length, except comparisons. Each renders `(operand, value, path, variables)`. */
const OPERATIONS = {
  attributeExists: (column, value, path) => `${column} IS ${demand(value, 'boolean', path) ? 'NOT ' : ''}NULL`,
  beginsWith: (column, value, path, variables) => `${column} LIKE ${variables.bind(`${demand(value, 'string', path)}%`)}`,
  contains: (column, value, path, variables) => `${column} LIKE ${variables.bind(`%${demand(value, 'string', path)}%`)}`,
  notContains: (column, value, path, variables) => `${column} NOT LIKE ${variables.bind(demand(value, 'string', path))}`,
  between,
  size,
};

function between(operand, bounds, path, variables) {
  if (!Array.isArray(bounds)) throw inputFailure(`${path} condition expects an array with length of 2.`);
  if (bounds.length !== 2) {
    throw inputFailure(`${path} condition expects an array with 2 values but received an array with length ${bounds.length}.`);
  }
  const low = variables.bind(bounds[0]);
  return `${operand} BETWEEN ${low} AND ${variables.bind(bounds[1])}`;
}

function size(column, conditions, path, variables) {
  if (!isPlainObject(conditions)) throw inputFailure(`Expected ${path} to be an Object.`);
  const length = `LENGTH (${column})`;
  return Object.entries(conditions)
    .map(([operator, value]) => {
      if (operator === 'between') return between(length, value, path, variables);
      if (!Object.hasOwn(COMPARISONS, operator)) throw inputFailure(`${path} has invalid size operator.`);
      return `${length} ${COMPARISONS[operator]} ${variables.bind(value)}`;
    })
    .join(' AND ');
}

function operation(column, operator, value, path, variables) {
  if (Object.hasOwn(COMPARISONS, operator)) return `${column} ${COMPARISONS[operator]} ${variables.bind(demand(value, null, path))}`;
  if (!Object.hasOwn(OPERATIONS, operator)) throw inputFailure(`Unsupported condition ${path}.`);
  return OPERATIONS[operator](column, value, path, variables);
}

/** Renders one condition object. Members of a group are in parentheses, the top-level object is not. */
class Conditions {
  constructor(quote, variables) {
    this.quote = quote;
    this.variables = variables;
  }

  render(conditions, joiner, bracketed) {
    const bracket = (text) => (bracketed && text !== '' ? `(${text})` : text);
    return Object.entries(conditions)
      .map(([name, value]) => (Object.hasOwn(GROUPS, name) ? this.group(name, value) || null : this.column(name, value)))
      .filter((text) => text !== null)
      .map(bracket)
      .join(joiner);
  }

  group(name, members) {
    if (!Array.isArray(members)) throw inputFailure(`${name} expects conditions to be an array`);
    return members
      .map((member) => {
        if (!isPlainObject(member) || member instanceof Template) throw inputFailure(`Expected ${name} to be an Object.`);
        return this.render(member, GROUPS[name], true);
      })
      .join(GROUPS[name]);
  }

  column(name, conditions) {
    if (name === 'not') throw inputFailure('The condition not is not run locally.');
    if (!isPlainObject(conditions)) throw inputFailure('Expected condition to be an Object.');
    const column = quoteName(name, this.quote);
    return Object.entries(conditions)
      .map(([operator, value]) => operation(column, operator, value, `${name}.${operator}`, this.variables))
      .join(' AND ');
  }
}

/**
 * The clauses of a `where`, none if it is empty.
 *
 * @returns {string[]}
 */
export function whereClause(where, quote, variables) {
  if (isAbsent(where)) return [];
  if (!isPlainObject(where)) throw inputFailure('WHERE values are expected to be SQL templates or a condition object.');
  const text = where instanceof Template ? variables.template(where) : new Conditions(quote, variables).render(where, ' AND ', false);
  return text === '' ? [] : ['WHERE', text];
}
