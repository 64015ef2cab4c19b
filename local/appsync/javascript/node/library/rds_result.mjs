/** `util.rds`: results of the RDS Data API as plain records. The RDS data source itself is not run locally. */

const COLUMN_VALUES = ['bitValue', 'bigIntValue', 'intValue', 'doubleValue', 'realValue', 'stringValue', 'longValue',
  'booleanValue', 'blobValue', 'arrayValues', 'structValue'];

function columnValue(column) {
  if (column.isNull) return null;
  const kind = COLUMN_VALUES.find((name) => Object.hasOwn(column, name));
  return kind === undefined ? null : column[kind];
}

const record = (columns, metadata) =>
  Object.fromEntries(columns.map((column, index) => [metadata[index].label ?? metadata[index].name, columnValue(column)]));

export const rds = {
  toJsonObject(serialized) {
    const response = typeof serialized === 'string' ? JSON.parse(serialized) : serialized;
    if (!response?.sqlStatementResults) return null;
    return response.sqlStatementResults.map(({ records, columnMetadata }) =>
      (records ?? []).map((columns) => record(columns, columnMetadata ?? [])),
    );
  },
};
