/** The keys to query: `{roomId: {eq: 'r'}, seq: {gt: 5}}` as a key condition expression. */
import { toDynamoDB } from './attribute_values.mjs';
import { ResolverFailure } from './signals.mjs';

const COMPARISONS = { eq: '=', lt: '<', le: '<=', gt: '>', ge: '>=' };

const refuse = (message) => {
  throw new ResolverFailure(`The query's key condition is not valid: ${message}`, 'Code', null, null);
};

function condition(name, operator, value, expressionValues) {
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

export function keyConditionExpression(keys) {
  const expressionNames = {};
  const expressionValues = {};
  const conditions = Object.entries(keys ?? {}).flatMap(([name, operators]) => {
    expressionNames[`#${name}`] = name;
    return Object.entries(operators ?? refuse(`${name} is null`))
      .filter(([, value]) => value !== undefined)
      .map(([operator, value]) => condition(name, operator, value, expressionValues));
  });
  if (conditions.length === 0) refuse('it names no key');
  return { expression: conditions.join(' AND '), expressionNames, expressionValues };
}
