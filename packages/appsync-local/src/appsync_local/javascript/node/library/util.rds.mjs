/**
 * `util.rds`: results of the RDS Data API as plain records. The RDS data source itself is not supported locally.
 *
 * A statement without records results in one empty record; a NULL column is omitted from its record.
 */

const isAbsent = (value) => value === null || value === undefined;

/** Return the value of a `Field`, whose only property has the name of its type, or of an `ArrayValue`, also nested. */
function fieldValue(field) {
  if (field.isNull) return null;
  const [value] = Object.values(field.arrayValue ?? field);
  if (!field.arrayValue && !Array.isArray(value)) return value ?? null;
  return (value ?? []).map((member) => (typeof member === 'object' && member !== null ? fieldValue(member) : member));
}

function record(fields, metadata) {
  const named = fields.map((field, index) => [metadata[index]?.label ?? metadata[index]?.name ?? `column${index + 1}`, fieldValue(field)]);
  return Object.fromEntries(named.filter(([, value]) => !isAbsent(value)));
}

const recordsOf = ({ records, columnMetadata }) =>
  isAbsent(records) ? [{}] : records.map((fields) => record(fields, columnMetadata ?? []));

export const rds = {
  toJsonObject(serialized) {
    const response = typeof serialized === 'string' ? JSON.parse(serialized) : serialized;
    return response?.sqlStatementResults ? response.sqlStatementResults.map(recordsOf) : null;
  },
};
