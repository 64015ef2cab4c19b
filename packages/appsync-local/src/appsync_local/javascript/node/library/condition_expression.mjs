/**
 * Converts filter objects to DynamoDB expressions, with the names, parentheses and spaces of AppSync's output.
 *
 * The result of a filter that AppSync cannot render is null, not an error.
 */
import { toDynamoDB } from './util.dynamodb.mjs';

const COMPARISONS = { eq: '=', ne: '<>', lt: '<', le: '<=', gt: '>', ge: '>=' };
const FUNCTIONS = { contains: 'contains', notContains: 'NOT contains', beginsWith: 'begins_with' };
const ATTRIBUTE_TYPES = { _null: 'NULL', string: 'S', stringSet: 'SS', number: 'N', numberSet: 'NS', binary: 'B', binarySet: 'BS',
  boolean: 'BOOL', list: 'L', map: 'M' };

class Unrenderable extends Error {}

const isMap = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

const require = (holds) => {
  if (!holds) throw new Unrenderable();
};

const joined = (clauses, joiner) => (clauses.length > 1 ? `(${clauses.join(joiner)})` : clauses.join(''));

class Renderer {
  expressionNames = {};
  expressionValues = {};

  bind(label, value) {
    this.expressionValues[`:${label}`] = toDynamoDB(value);
    return `:${label}`;
  }

  clauses(filter, prefix) {
    require(isMap(filter));
    return Object.entries(filter)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => {
        if (key === 'and' || key === 'or') return this.group(key, value, prefix);
        if (key === 'not') return `(NOT ${this.member(value, `${prefix}not_`)})`;
        return this.field(key, value, prefix);
      });
  }

  member(filter, prefix) {
    return this.clauses(filter, prefix).join(' AND ');
  }

  group(key, members, prefix) {
    require(Array.isArray(members));
    const clauses = members.map((member, index) => this.member(member, `${prefix}${key}_${index}_`));
    return joined(clauses, key === 'and' ? ' AND ' : ' OR ');
  }

  field(name, operations, prefix) {
    require(isMap(operations));
    this.expressionNames[`#${name}`] = name;
    return joined(this.operations(`#${name}`, operations, `${prefix}${name}`), ' AND ');
  }

  operations(operand, operations, label) {
    return Object.entries(operations)
      .filter(([, value]) => value !== undefined)
      .map(([operator, value]) => this.operation(operand, operator, value, label));
  }

  operation(operand, operator, value, label) {
    if (operator === 'size') {
      require(isMap(value));
      const measured = operand.startsWith('size(') ? operand : `size(${operand})`;
      return joined(this.operations(measured, value, `${label}_size`), ' AND ');
    }
    if (Object.hasOwn(COMPARISONS, operator)) {
      return `(${operand} ${COMPARISONS[operator]} ${this.bind(`${label}_${operator}`, value)})`;
    }
    if (Object.hasOwn(FUNCTIONS, operator)) {
      return `(${FUNCTIONS[operator]}(${operand},${this.bind(`${label}_${operator}`, value)}))`;
    }
    return this.rarerOperation(operand, operator, value, label);
  }

  rarerOperation(operand, operator, value, label) {
    switch (operator) {
      case 'between': {
        require(Array.isArray(value) && value.length >= 2);
        const start = this.bind(`${label}_between_start`, value[0]);
        return `(${operand} BETWEEN ${start} AND ${this.bind(`${label}_between_end`, value[1])})`;
      }
      case 'in': {
        require(Array.isArray(value));
        if (value.length === 0) return '(null)';
        return `(${operand} IN (${value.map((member, index) => this.bind(`${label}_in_${index}`, member)).join(', ')}))`;
      }
      case 'attributeExists':
        require(typeof value === 'boolean');
        return `(${value ? 'attribute_exists' : 'attribute_not_exists'}(${operand}))`;
      case 'attributeType':
        require(Object.hasOwn(ATTRIBUTE_TYPES, value));
        return `(attribute_type(${operand},${this.bind(`${label}_attributeType`, ATTRIBUTE_TYPES[value])}))`;
      default:
        throw new Unrenderable();
    }
  }
}

/** Return `{expression, expressionNames, expressionValues}` of a filter object, or null. */
export function conditionExpression(filter) {
  const renderer = new Renderer();
  try {
    const expression = renderer.member(filter, '');
    return { expression, expressionNames: renderer.expressionNames, expressionValues: renderer.expressionValues };
  } catch (failure) {
    if (failure instanceof Unrenderable) return null;
    throw failure;
  }
}
