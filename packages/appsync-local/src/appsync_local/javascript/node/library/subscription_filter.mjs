/**
 * `util.transform.toSubscriptionFilter`: a filter object as groups that are alternatives, each a list of filters that
 * all must hold. Several operators on one field, the members of an `or` and the rules are alternatives, so the groups
 * multiply out.
 */

const isMap = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every choice of one alternative from each factor; a factor without alternatives does not count. */
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

/** `{filterGroup: [{filters: [{fieldName, operator, value}]}]}`, or null for what is no filter object. */
export function subscriptionFilter(filter, ignoredFields, rules) {
  if (!isMap(filter)) return null;
  const ruleAlternatives = Object.entries(rules ?? {}).flatMap(([name, operators]) => fieldAlternatives(name, operators));
  const groups = product([alternatives(filter, ignoredFields ?? []), ruleAlternatives]);
  return { filterGroup: groups.map((filters) => ({ filters })) };
}
