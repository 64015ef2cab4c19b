/** `util.dynamodb`: converts plain values to DynamoDB attribute values in AppSync's format (numbers stay numbers). */

const sets = new WeakSet();

const isAbsent = (value) => value === null || value === undefined;

/** Mark an attribute value so that `toDynamoDB` does not change it. Only sets need that: lists never become sets. */
function asSet(attributeValue) {
  sets.add(attributeValue);
  return attributeValue;
}

function toMapValues(values) {
  if (isAbsent(values)) return null;
  const mapped = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) mapped[name] = toDynamoDB(value);
  }
  return mapped;
}

export function toDynamoDB(value) {
  if (isAbsent(value)) return { NULL: null };
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
      return { N: value };
    case 'boolean':
      return { BOOL: value };
    default:
      if (Array.isArray(value)) return { L: value.map(toDynamoDB) };
      if (value instanceof Date) return { S: value.toISOString() };
      return sets.has(value) ? value : { M: toMapValues(value) };
  }
}

const orNull = (convert) => (value) => (isAbsent(value) ? null : convert(value));

const toStringSet = orNull((list) => asSet({ SS: list.map(String) }));
const toNumberSet = orNull((list) => asSet({ NS: [...list] }));
const toBinarySet = orNull((list) => asSet({ BS: [...list] }));

export const dynamodb = {
  toDynamoDB,
  toString: orNull((value) => ({ S: String(value) })),
  toStringSet,
  toNumber: orNull((value) => ({ N: value })),
  toNumberSet,
  toBinary: orNull((value) => asSet({ B: value })),
  toBinarySet,
  toBoolean: orNull((value) => ({ BOOL: value })),
  toNull: () => ({ NULL: null }),
  toList: orNull((list) => ({ L: list.map(toDynamoDB) })),
  toMap: orNull((values) => ({ M: toMapValues(values) })),
  toMapValues,
  toS3Object: (key, bucket, region, version) => ({
    S: JSON.stringify({ s3: { key, bucket, region, ...(isAbsent(version) ? {} : { version }) } }),
  }),
  fromS3ObjectJson: (text) => JSON.parse(text).s3 ?? null,
};
