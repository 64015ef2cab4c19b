/** `util.transform.toElasticsearchQueryDSL`: a filter object as an OpenSearch query. */

const LEAVES = {
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

const isMap = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

const all = (queries) => (queries.length === 1 ? queries[0] : { bool: { must: queries } });

function field(name, operators) {
  const queries = Object.entries(operators).map(([operator, value]) => {
    if (!Object.hasOwn(LEAVES, operator)) throw new RangeError(`toElasticsearchQueryDSL: unknown operator ${operator}`);
    return LEAVES[operator](name, value);
  });
  return all(queries);
}

function clause(key, value) {
  if (key === 'and') return { bool: { must: value.map(render) } };
  if (key === 'or') return { bool: { should: value.map(render) } };
  if (key === 'not') return { bool: { must_not: render(value) } };
  return field(key, value);
}

function render(filter) {
  return all(Object.entries(filter).map(([key, value]) => clause(key, value)));
}

export const searchQuery = (filter) => (isMap(filter) ? render(filter) : null);
