/** `util.transform`: AWS AppSync developer guide, "Transformation helpers in util.transform". */
import { conditionExpression } from './condition_expression.mjs';

const isMap = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

// toElasticsearchQueryDSL: a filter object as an OpenSearch query.

const QUERIES = {
  eq: (field, value) => ({ term: { [field]: value } }),
  ne: (field, value) => ({ bool: { must_not: { term: { [field]: value } } } }),
  gt: (field, value) => ({ range: { [field]: { gt: value } } }),
  gte: (field, value) => ({ range: { [field]: { gte: value } } }),
  lt: (field, value) => ({ range: { [field]: { lt: value } } }),
  lte: (field, value) => ({ range: { [field]: { lte: value } } }),
  range: (field, [low, high]) => ({ range: { [field]: { gte: low, lte: high } } }),
  match: (field, value) => ({ match: { [field]: value } }),
  matchPhrase: (field, value) => ({ match_phrase: { [field]: value } }),
  matchPhrasePrefix: (field, value) => ({ match_phrase_prefix: { [field]: value } }),
  multiMatch: (field, value) => ({ multi_match: { fields: [field], query: value } }),
  wildcard: (field, value) => ({ wildcard: { [field]: value } }),
  regexp: (field, value) => ({ regexp: { [field]: value } }),
  exists: (field, value) => (value ? { exists: { field } } : { bool: { must_not: { exists: { field } } } }),
};

const allOf = (queries) => (queries.length === 1 ? queries[0] : { bool: { must: queries } });

function fieldQuery(name, operators) {
  const queries = Object.entries(operators).map(([operator, value]) => {
    if (!Object.hasOwn(QUERIES, operator)) throw new RangeError(`toElasticsearchQueryDSL: unknown operator ${operator}`);
    return QUERIES[operator](name, value);
  });
  return allOf(queries);
}

function clause(key, value) {
  if (key === 'and') return { bool: { must: value.map(render) } };
  if (key === 'or') return { bool: { should: value.map(render) } };
  if (key === 'not') return { bool: { must_not: render(value) } };
  return fieldQuery(key, value);
}

function render(filter) {
  return allOf(Object.entries(filter).map(([key, value]) => clause(key, value)));
}

const searchQuery = (filter) => (isMap(filter) ? render(filter) : null);

// toSubscriptionFilter: a filter object as alternative groups, each a list of filters that must all match. Several
// operators on one field, the members of an `or` and the rules are alternatives, so the groups are multiplied out.

/** Return the Cartesian product of the factors' alternatives, without factors that have no alternatives. */
function product(factors) {
  return factors
    .filter((alternatives) => alternatives.length > 0)
    .reduce((chosen, alternatives) => chosen.flatMap((start) => alternatives.map((end) => [...start, ...end])), [[]])
    .filter((filters) => filters.length > 0);
}

const fieldAlternatives = (fieldName, operators) =>
  Object.entries(operators ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([operator, value]) => [{ fieldName, operator, value }]);

function alternatives(filter, ignored) {
  const factors = Object.entries(filter ?? {})
    .filter(([key]) => !ignored.includes(key))
    .map(([key, value]) => {
      if (key === 'and') return product((value ?? []).map((member) => alternatives(member, ignored)));
      if (key === 'or') return (value ?? []).flatMap((member) => alternatives(member, ignored));
      return fieldAlternatives(key, value);
    });
  return product(factors);
}

/** Return `{filterGroup: [{filters: [{fieldName, operator, value}]}]}`, or null if the input is not a filter object. */
function subscriptionFilter(filter, ignoredFields, rules) {
  if (!isMap(filter)) return null;
  const ruleAlternatives = Object.entries(rules ?? {}).flatMap(([name, operators]) => fieldAlternatives(name, operators));
  const groups = product([alternatives(filter, ignoredFields ?? []), ruleAlternatives]);
  return { filterGroup: groups.map((filters) => ({ filters })) };
}

const asText = (value) => (value === null ? null : JSON.stringify(value));

export const transform = {
  toDynamoDBFilterExpression: (filter) => asText(conditionExpression(filter)),
  toDynamoDBConditionExpression: (condition) => asText(conditionExpression(condition)),
  toElasticsearchQueryDSL: (query) => asText(searchQuery(query)),
  toSubscriptionFilter: subscriptionFilter,
};
