// A small DynamoDB behind AppSync's DynamoDB data source: rows in memory as plain values, units counted.
import { compile, fromMap, updated } from './expressions.mjs';

const keys = {
  rooms: ['roomId'],
  memberships: ['roomId', 'userId'],
  messages: ['roomId', 'seq'],
  users: ['userId'],
  deduplication: ['senderId', 'clientMessageId'],
};

const indexes = {
  byVisibility: { table: 'rooms', keys: ['listedVisibility', 'createdAt'], keysOnly: true },
  byUser: { table: 'memberships', keys: ['userId', 'roomId'], keysOnly: false },
};

const pick = (item, names) => Object.fromEntries(names.map((name) => [name, item[name]]));
const same = (left, right) => JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
const sorted = (value) =>
  value && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]))
    : value;

/** DynamoDB's item sizes in bytes, near enough: names, UTF-8, about half a byte a digit. */
const sizeOf = (value) => {
  if (typeof value === 'string') {
    return Buffer.byteLength(value);
  }
  if (typeof value === 'number') {
    return 1 + Math.ceil(String(value).length / 2);
  }
  if (value && typeof value === 'object') {
    return Object.entries(value).reduce((sum, [name, inner]) => sum + Buffer.byteLength(name) + 1 + sizeOf(inner), 3);
  }
  return 1;
};
const itemSize = (item) =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOf(value), 0);
const readUnits = (bytes, consistent) => Math.max(1, Math.ceil(bytes / 4096)) * (consistent ? 1 : 0.5);

export class Database {
  constructor(rows) {
    /** table -> key text -> item */
    this.rows = rows ?? Object.fromEntries(Object.keys(keys).map((table) => [table, {}]));
    this.units = { read: 0, write: 0 };
  }

  /** Put a row as a test's given. */
  give(table, item) {
    this.rows[table][this.#keyText(table, item)] = item;
  }

  items(table) {
    return Object.values(this.rows[table]);
  }

  /** Answer one request of a data source as ctx.result and ctx.error see it. */
  call(table, request) {
    const operation = this[request.operation];
    if (!operation) {
      throw new Error(`Not modelled: ${request.operation}`);
    }
    return operation.call(this, table, request);
  }

  GetItem(table, { key, consistentRead = false }) {
    return { result: this.#read(table, fromMap(key), consistentRead) };
  }

  BatchGetItem(_table, request) {
    const data = {};
    for (const [table, { keys: wanted, consistentRead = false }] of Object.entries(request.tables)) {
      data[table] = wanted.map((key) => this.#read(table, fromMap(key), consistentRead));
    }
    return { result: { data, unprocessedKeys: {} } };
  }

  PutItem(table, { key, attributeValues, condition }) {
    const item = { ...fromMap(attributeValues), ...fromMap(key) };
    return this.#write(table, item, condition, true);
  }

  UpdateItem(table, { key, update, condition }) {
    const plainKey = fromMap(key);
    const current = this.rows[table][this.#keyText(table, plainKey)];
    return this.#write(table, updated(current ?? plainKey, update), condition, false);
  }

  TransactWriteItems(_table, { transactItems }) {
    const items = transactItems.map(({ table, operation, key, attributeValues, condition }) => {
      if (operation !== 'PutItem') {
        throw new Error(`Not modelled: ${operation} in a transaction`);
      }
      return { table, condition, item: { ...fromMap(attributeValues), ...fromMap(key) } };
    });
    const refused = items.map(({ table, item, condition }) => !this.#holds(table, item, condition));
    if (refused.some((isRefused) => isRefused)) {
      const cancellationReasons = refused.map((isRefused) => (isRefused ? { type: 'ConditionalCheckFailed' } : null));
      return {
        result: { keys: null, cancellationReasons },
        error: { type: 'DynamoDB:TransactionCanceledException', message: 'Transaction cancelled' },
      };
    }
    for (const { table, item } of items) {
      this.#store(table, item, 2);
    }
    return { result: { keys: items.map(({ table, item }) => pick(item, keys[table])), cancellationReasons: null } };
  }

  Query(table, { query, index, limit, nextToken, scanIndexForward = true, consistentRead = false }) {
    const shape = index ? indexes[index] : { table, keys: keys[table], keysOnly: false };
    const matches = compile(query);
    const [, sortKey] = shape.keys;
    const ordered = this.items(table)
      .filter((item) => shape.keys.every((name) => item[name] !== undefined) && matches(item))
      .sort((left, right) => (left[sortKey] < right[sortKey] ? -1 : 1));
    if (!scanIndexForward) {
      ordered.reverse();
    }
    let start = 0;
    if (nextToken !== undefined && nextToken !== null) {
      start = ordered.findIndex((item) => this.#keyText(table, item) === Buffer.from(nextToken, 'base64').toString()) + 1;
      if (start === 0) {
        return { result: null, error: { type: 'DynamoDB:UserIllegalArgumentException', message: 'Invalid token' } };
      }
    }
    const page = ordered.slice(start, start + limit);
    const items = page.map((item) => (shape.keysOnly ? pick(item, [...shape.keys, ...keys[table]]) : item));
    this.units.read += readUnits(
      items.reduce((sum, item) => sum + itemSize(item), 0),
      consistentRead,
    );
    // As in DynamoDB: a page that is full has a token even where nothing follows.
    const token = page.length === limit ? Buffer.from(this.#keyText(table, page.at(-1))).toString('base64') : null;
    return { result: { items, nextToken: token, scannedCount: page.length } };
  }

  #keyText(table, item) {
    return JSON.stringify(keys[table].map((name) => item[name]));
  }

  #read(table, key, consistent) {
    const item = this.rows[table][this.#keyText(table, key)] ?? null;
    this.units.read += readUnits(item ? itemSize(item) : 0, consistent);
    return item;
  }

  #holds(table, item, condition) {
    return !condition || compile(condition)(this.rows[table][this.#keyText(table, item)] ?? {});
  }

  #write(table, item, condition, isPut) {
    const current = this.rows[table][this.#keyText(table, item)] ?? null;
    if (!this.#holds(table, item, condition)) {
      this.units.write += 1;
      if (isPut && current && same(current, item)) {
        return { result: current };
      }
      const error = { type: 'DynamoDB:ConditionalCheckFailedException', message: 'The conditional request failed' };
      return { result: current, error };
    }
    this.#store(table, item, 1);
    return { result: item };
  }

  #store(table, item, factor) {
    const before = this.rows[table][this.#keyText(table, item)];
    for (const [name, index] of Object.entries(indexes)) {
      if (index.table !== table) {
        // Another table's index.
      } else if (index.keys.some((key) => item[key] === null)) {
        throw new Error(`NULL in a key of index ${name}`);
      } else if (index.keys.every((key) => item[key] !== undefined)) {
        const [was, is] = [before, item].map((row) => (row && index.keysOnly ? pick(row, index.keys) : row));
        this.units.write += was && same(was, is) ? 0 : 1;
      }
    }
    if (Object.values(item).some((value) => value === null)) {
      throw new Error(`NULL written to ${table}`);
    }
    this.units.write += factor * Math.max(1, Math.ceil(itemSize(item) / 1024));
    this.rows[table][this.#keyText(table, item)] = item;
  }
}
