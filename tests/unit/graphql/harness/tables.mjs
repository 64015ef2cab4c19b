// The tables that contract/tables.json declares.
import { readFileSync } from 'node:fs';

export const declaredTables = JSON.parse(readFileSync(new URL('../../../../contract/tables.json', import.meta.url), 'utf8'));

/** Table -> names of its key's attributes. */
export const keys = Object.fromEntries(Object.entries(declaredTables).map(([table, { key }]) => [table, Object.keys(key)]));

/** Index -> its table, the names of its key's attributes, and whether it has no other attributes. */
export const indexes = Object.fromEntries(
  Object.entries(declaredTables).flatMap(([table, { indexes: declared = {} }]) =>
    Object.entries(declared).map(([name, { key, projection }]) => [
      name,
      { table, keys: Object.keys(key), keysOnly: projection === 'KEYS_ONLY' },
    ]),
  ),
);
