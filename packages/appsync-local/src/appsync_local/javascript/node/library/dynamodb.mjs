/**
 * `@aws-appsync/utils/dynamodb`: request objects of the DynamoDB data source from plain values.
 *
 * Inputs are those of dynamodb-helpers.d.ts in @aws-appsync/utils; outputs are those of AppSync's EvaluateCode.
 */
import { dynamodb } from './util.dynamodb.mjs';
import { conditionExpression } from './condition_expression.mjs';
import { ResolverFailure } from './signals.mjs';
import { keyConditionExpression, operations, projectionExpression, updateExpression } from './dynamodb_expressions.mjs';

const { toBinarySet, toMapValues, toNumberSet, toStringSet } = dynamodb;

/** Return the properties that have a value; null counts as absent, as in the types of the inputs. */
const given = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null));

function condition(filter) {
  if (filter === undefined || filter === null) return undefined;
  const rendered = conditionExpression(filter);
  if (rendered === null) throw new ResolverFailure('The condition or filter cannot be written as a DynamoDB expression', 'Code', null, null);
  if (Object.keys(rendered.expressionValues).length === 0) delete rendered.expressionValues;
  return rendered;
}

const transactCondition = (filter) =>
  filter === undefined || filter === null ? undefined : { ...condition(filter), returnValuesOnConditionCheckFailure: true };

const projection = (paths) => (paths ? projectionExpression(paths) : undefined);

const perTable = (tables, convert) => Object.fromEntries(Object.entries(tables).map(([table, value]) => [table, convert(value)]));

const synchronization = ({ customPartitionKey, populateIndexFields, _version }) => ({ customPartitionKey, populateIndexFields, _version });

export const get = ({ key, consistentRead, projection: paths }) =>
  given({ operation: 'GetItem', key: toMapValues(key), consistentRead, projection: projection(paths) });

export const put = (input) =>
  given({
    operation: 'PutItem',
    key: toMapValues(input.key),
    attributeValues: toMapValues(input.item),
    condition: condition(input.condition),
    ...synchronization(input),
  });

export const update = (input) =>
  given({
    operation: 'UpdateItem',
    key: toMapValues(input.key),
    update: updateExpression(input.update),
    condition: condition(input.condition),
    ...synchronization(input),
  });

export const remove = (input) =>
  given({
    operation: 'DeleteItem',
    key: toMapValues(input.key),
    condition: condition(input.condition),
    ...synchronization(input),
  });

export const scan = ({ filter, projection: paths, index, limit, nextToken, consistentRead, select, totalSegments, segment, scanIndexForward }) =>
  given({
    operation: 'Scan', index, limit, nextToken, consistentRead, select, totalSegments, segment, scanIndexForward,
    filter: condition(filter), projection: projection(paths),
  });

export const query = ({ query: keys, ...rest }) => ({ ...scan(rest), operation: 'Query', query: keyConditionExpression(keys) });

export const sync = ({ basePartitionKey, deltaIndexName, limit, nextToken, lastSync, filter }) =>
  given({ operation: 'Sync', basePartitionKey, deltaIndexName, limit, nextToken, lastSync, filter: condition(filter) });

export const batchGet = ({ tables }) => ({
  operation: 'BatchGetItem',
  tables: perTable(tables, ({ keys, consistentRead, projection: paths }) =>
    given({ keys: keys.map(toMapValues), consistentRead, projection: projection(paths) })),
});

export const batchPut = ({ tables }) => ({ operation: 'BatchPutItem', tables: perTable(tables, (items) => items.map(toMapValues)) });

export const batchDelete = ({ tables }) => ({ operation: 'BatchDeleteItem', tables: perTable(tables, (keys) => keys.map(toMapValues)) });

export const transactGet = ({ items }) => ({
  operation: 'TransactGetItems',
  transactItems: items.map(({ table, key, projection: paths }) => given({ table, key: toMapValues(key), projection: projection(paths) })),
});

const WRITES = {
  putItem: ({ item }) => ({ operation: 'PutItem', attributeValues: toMapValues(item) }),
  updateItem: ({ update: changes }) => ({ operation: 'UpdateItem', update: updateExpression(changes) }),
  deleteItem: () => ({ operation: 'DeleteItem' }),
  conditionCheck: () => ({ operation: 'ConditionCheck' }),
};

function transactItem(item) {
  const kind = Object.keys(WRITES).find((name) => item[name]);
  if (!kind) throw new ResolverFailure(`A transaction item is one of ${Object.keys(WRITES).join(', ')}`, 'Code', null, null);
  const { table, key, condition: filter } = item[kind];
  return given({ table, key: toMapValues(key), ...WRITES[kind](item[kind]), condition: transactCondition(filter) });
}

export const transactWrite = ({ items }) => ({ operation: 'TransactWriteItems', transactItems: items.map(transactItem) });

export { operations, toBinarySet, toNumberSet, toStringSet };
