/**
 * The update, key condition and projection expressions of `@aws-appsync/utils/dynamodb`. Conditions and filters are in
 * condition_expression.mjs, which `util.transform` uses too.
 */
import { ResolverFailure } from './signals.mjs';
import { toDynamoDB } from './util.dynamodb.mjs';

/** Placeholders of an expression, numbered as AppSync's helpers number them: `#expName_1`, `:expValue_1`. */
class Placeholders {
  expressionNames = {};
  expressionValues = {};
  #byName = {};
  #values = 0;

  name(attribute) {
    if (!Object.hasOwn(this.#byName, attribute)) {
      this.#byName[attribute] = `#expName_${Object.keys(this.#byName).length + 1}`;
      this.expressionNames[this.#byName[attribute]] = attribute;
    }
    return this.#byName[attribute];
  }

  value(value) {
    this.#values += 1;
    this.expressionValues[`:expValue_${this.#values}`] = toDynamoDB(value);
    return `:expValue_${this.#values}`;
  }
}

/**
 * Update operations.
 *
 * A plain value is set. A plain map sets only its own keys in the existing map; `replace` and `add` set the whole map.
 * `increment`, `append` and their opposites read the attribute, so DynamoDB rejects them if it is absent.
 */
const operation = (type, fields) => ({ type: `OPERATION_${type}`, ...fields });

export const operations = {
  add: (value) => operation('ADD', { value }),
  remove: () => operation('REMOVE', {}),
  replace: (value) => operation('REPLACE', { value }),
  increment: (by = 1) => operation('INCREMENT', { by }),
  decrement: (by = 1) => operation('DECREMENT', { by }),
  append: (items) => operation('APPEND', { items }),
  prepend: (items) => operation('PREPEND', { items }),
  updateListItem: (value, index) => operation('UPDATE_LIST_ITEM', { value, index }),
};

/** The right-hand side of SET for each operation; `remove` has none. */
const SETTERS = {
  OPERATION_ADD: (path, { value }, placeholders) => placeholders.value(value),
  OPERATION_REPLACE: (path, { value }, placeholders) => placeholders.value(value),
  OPERATION_INCREMENT: (path, { by }, placeholders) => `${path} + ${placeholders.value(by)}`,
  OPERATION_DECREMENT: (path, { by }, placeholders) => `${path} - ${placeholders.value(by)}`,
  OPERATION_APPEND: (path, { items }, placeholders) => `list_append(${path}, ${placeholders.value(items)})`,
  OPERATION_PREPEND: (path, { items }, placeholders) => `list_append(${placeholders.value(items)}, ${path})`,
};

const isMap = (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

const isSet = (value) => Object.keys(value).length === 1 && ['SS', 'NS', 'BS', 'B'].some((type) => Object.hasOwn(value, type));

const isListUpdate = (value) =>
  Array.isArray(value) && value.length > 0 && value.every((member) => member?.type === 'OPERATION_UPDATE_LIST_ITEM');

/** The changes in the order of their clauses: placeholders are numbered in output order, not in input order. */
class Changes {
  placeholders = new Placeholders();
  set = [];
  removed = [];

  path(names) {
    return names.map((name) => this.placeholders.name(name)).join('.');
  }

  change(names, value) {
    if (value?.type === 'OPERATION_REMOVE') {
      this.removed.push(names);
    } else if (Object.hasOwn(SETTERS, value?.type ?? '')) {
      this.set.push([names, '', (path) => SETTERS[value.type](path, value, this.placeholders)]);
    } else if (isListUpdate(value)) {
      for (const { index, value: member } of value) this.set.push([names, `[${index}]`, () => this.placeholders.value(member)]);
    } else if (isMap(value) && !isSet(value)) {
      this.changeAll(value, names);
    } else {
      this.set.push([names, '', () => this.placeholders.value(value)]);
    }
  }

  changeAll(values, parents) {
    for (const [name, value] of Object.entries(values)) {
      if (value !== undefined) this.change([...parents, name], value);
    }
  }

  clauses() {
    const set = this.set.map(([names, index, render]) => {
      const path = `${this.path(names)}${index}`;
      return `${path} = ${render(path)}`;
    });
    const removed = this.removed.map((names) => this.path(names));
    return [...(set.length > 0 ? [`SET ${set.join(', ')}`] : []), ...(removed.length > 0 ? [`REMOVE ${removed.join(', ')}`] : [])];
  }
}

export function updateExpression(update) {
  const changes = new Changes();
  changes.changeAll(update ?? {}, []);
  const expression = changes.clauses().join(' ');
  const { expressionNames, expressionValues } = changes.placeholders;
  const rendered = { expression, expressionNames };
  return Object.keys(expressionValues).length > 0 ? { ...rendered, expressionValues } : rendered;
}

const COMPARISONS = { eq: '=', lt: '<', le: '<=', gt: '>', ge: '>=' };

const refuse = (message) => {
  throw new ResolverFailure(`The query's key condition is not valid: ${message}`, 'Code', null, null);
};

function keyCondition(name, operator, value, expressionValues) {
  const label = `:${name}_${operator}`;
  const bind = (placeholder, bound) => {
    if (bound === null || bound === undefined) refuse(`${name} is compared with null`);
    expressionValues[placeholder] = toDynamoDB(bound);
    return placeholder;
  };
  if (Object.hasOwn(COMPARISONS, operator)) return `#${name} ${COMPARISONS[operator]} ${bind(label, value)}`;
  if (operator === 'beginsWith') return `begins_with(#${name}, ${bind(label, value)})`;
  if (operator === 'between' && Array.isArray(value) && value.length >= 2) {
    return `#${name} BETWEEN ${bind(`${label}_start`, value[0])} AND ${bind(`${label}_end`, value[1])}`;
  }
  return refuse(`${operator} is no operator for ${name}`);
}

/** Return the key condition expression of the keys to query, for example `{roomId: {eq: 'r'}, seq: {gt: 5}}`. */
export function keyConditionExpression(keys) {
  const expressionNames = {};
  const expressionValues = {};
  const conditions = Object.entries(keys ?? {}).flatMap(([name, operators]) => {
    expressionNames[`#${name}`] = name;
    return Object.entries(operators ?? refuse(`${name} is null`))
      .filter(([, value]) => value !== undefined)
      .map(([operator, value]) => keyCondition(name, operator, value, expressionValues));
  });
  if (conditions.length === 0) refuse('it names no key');
  return { expression: conditions.join(' AND '), expressionNames, expressionValues };
}

/** One path: names become placeholders, list indexes are kept. */
function projectedPath(text, placeholders) {
  return text
    .split('.')
    .map((part) => {
      const bracket = part.indexOf('[');
      const name = bracket === -1 ? part : part.slice(0, bracket);
      return `${placeholders.name(name)}${part.slice(name.length)}`;
    })
    .join('.');
}

/** Return the projection expression of the attributes to return, for example `['id', 'author.name', 'tags[0]']`. */
export function projectionExpression(paths) {
  const placeholders = new Placeholders();
  const expression = paths.map((text) => projectedPath(text, placeholders)).join(', ');
  return { expression, expressionNames: placeholders.expressionNames };
}
