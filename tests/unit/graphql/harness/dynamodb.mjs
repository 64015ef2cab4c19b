// An in-memory DynamoDB behind AppSync's DynamoDB data source: rows as plain values, with counted units.
import { compile, fromMap, updated } from './expressions.mjs';
import { indexes, keys } from './tables.mjs';

const pick = (item, names) => Object.fromEntries(names.map((name) => [name, item[name]]));
const same = (left, right) => JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
const sorted = (value) =>
  value && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]))
    : value;

/** Approximate DynamoDB item sizes in bytes: names, UTF-8, and half a byte per digit. */
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

/**
 * AWS does not document how AppSync merges the placeholders of an update and of its condition, so none may be in both.
 */
const refuseClashes = (update, condition) => {
  for (const map of ['expressionNames', 'expressionValues']) {
    for (const name of Object.keys(condition?.[map] ?? {})) {
      if (update[map]?.[name] !== undefined) {
        throw new Error(`The placeholder ${name} is in the update and in its condition`);
      }
    }
  }
};

export class Database {
  /**
   * @param rows of another database, to go on with
   * @param withoutRecent the tables whose rows are all so new that only strongly consistent reads see them
   * @param refusedResult what a response handler finds in ctx.result after a refused condition: the row as it was
   *   (`present`), nothing (`absent`), or the row as AppSync reads it later (`newer`: execution.mjs takes one step more)
   */
  constructor(rows, { withoutRecent = [], refusedResult = 'present' } = {}) {
    this.withoutRecent = withoutRecent;
    this.refusedResult = refusedResult;
    /** table -> key text -> item */
    this.rows = rows ?? Object.fromEntries(Object.keys(keys).map((table) => [table, {}]));
    this.units = { read: 0, write: 0 };
  }

  /** Stores a row. */
  give(table, item) {
    this.rows[table][this.#keyText(table, item)] = item;
  }

  /** Deletes a row. */
  take(table, key) {
    delete this.rows[table][this.#keyText(table, key)];
  }

  items(table) {
    return Object.values(this.rows[table]);
  }

  /** Runs a request of a data source and returns ctx.result and ctx.error. */
  call(table, request) {
    if (table === 'attachments') {
      return { result: { signed: request.payload } };
    }
    if (table === 'none') {
      return { result: request.payload ?? null };
    }
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
    refuseClashes(update, condition);
    const plainKey = fromMap(key);
    const current = this.rows[table][this.#keyText(table, plainKey)];
    const item = this.#holds(table, plainKey, condition) ? updated(current ?? plainKey, update) : plainKey;
    return this.#write(table, item, condition, false);
  }

  DeleteItem(table, { key }) {
    const text = this.#keyText(table, fromMap(key));
    const result = this.rows[table][text] ?? null;
    delete this.rows[table][text];
    this.units.write += 1;
    return { result };
  }

  TransactWriteItems(_table, { transactItems }) {
    const writes = transactItems.map((write) => this.#planned(write));
    const refused = writes.map(({ table, key, condition }) => !this.#holds(table, key, condition));
    if (refused.some((isRefused) => isRefused)) {
      const cancellationReasons = refused.map((isRefused, index) => ({
        type: isRefused ? 'ConditionalCheckFailed' : 'None',
        item: isRefused && writes[index].isShown ? (this.rows[writes[index].table][this.#keyText(writes[index].table, writes[index].key)] ?? null) : null,
      }));
      return {
        result: { keys: null, cancellationReasons },
        error: { type: 'DynamoDB:TransactionCanceledException', message: 'Transaction cancelled' },
      };
    }
    for (const { table, key, item } of writes) {
      this.#store(table, key, item, 2);
    }
    return { result: { keys: writes.map(({ key }) => key), cancellationReasons: null } };
  }

  /** The item that one part of a transaction would write; null for none. */
  #planned({ table, operation, key, attributeValues, update, condition }) {
    refuseClashes(update ?? {}, condition);
    const plainKey = fromMap(key);
    const current = this.rows[table][this.#keyText(table, plainKey)];
    const results = {
      PutItem: () => ({ ...fromMap(attributeValues), ...plainKey }),
      UpdateItem: () => updated(current ?? plainKey, update),
      DeleteItem: () => null,
      ConditionCheck: () => current ?? null,
    };
    const isHeld = this.#holds(table, plainKey, condition);
    const isShown = condition?.returnValuesOnConditionCheckFailure !== false;
    return { table, key: plainKey, condition, isShown, item: isHeld ? results[operation]() : null };
  }

  /** The response of AppSync to a refused write. A put of an identical item counts as successful. */
  afterRefusal({ table, item, isPut }) {
    const error = { type: 'DynamoDB:ConditionalCheckFailedException', message: 'The conditional request failed' };
    if (this.refusedResult === 'absent') {
      return { result: null, error };
    }
    const current = this.rows[table][this.#keyText(table, item)] ?? null;
    return isPut && current && same(current, item) ? { result: current } : { result: current, error };
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
    // As in DynamoDB, a full page has a token even if nothing follows.
    const token = page.length === limit ? Buffer.from(this.#keyText(table, page.at(-1))).toString('base64') : null;
    return { result: { items, nextToken: token, scannedCount: page.length } };
  }

  #keyText(table, item) {
    return JSON.stringify(keys[table].map((name) => item[name]));
  }

  #read(table, key, consistent) {
    const isSeen = consistent || !this.withoutRecent.includes(table);
    const item = (isSeen && this.rows[table][this.#keyText(table, key)]) || null;
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
      const later = { table, item, isPut };
      return this.refusedResult === 'newer' ? { later } : this.afterRefusal(later);
    }
    this.#store(table, item, item, 1);
    return { result: item };
  }

  #store(table, key, item, factor) {
    const text = this.#keyText(table, key);
    const before = this.rows[table][text];
    for (const [name, index] of Object.entries(indexes)) {
      if (index.table === table) {
        this.units.write += this.#indexWrites(name, index, before, item);
      }
    }
    if (item && Object.values(item).some((value) => value === null)) {
      throw new Error(`NULL written to ${table}`);
    }
    this.units.write += factor * Math.max(1, Math.ceil(Math.max(itemSize(item ?? {}), itemSize(before ?? {})) / 1024));
    if (item) {
      this.rows[table][text] = item;
    } else {
      delete this.rows[table][text];
    }
  }

  /** One write for each index entry that appears, changes or disappears; two if the entry's key changes. */
  #indexWrites(name, index, before, item) {
    if (item && index.keys.some((key) => item[key] === null)) {
      throw new Error(`NULL in a key of index ${name}`);
    }
    const [was, is] = [before, item].map((row) =>
      row && index.keys.every((key) => row[key] !== undefined) ? (index.keysOnly ? pick(row, index.keys) : row) : null,
    );
    if (!was || !is) {
      return was || is ? 1 : 0;
    }
    return same(was, is) ? 0 : same(pick(was, index.keys), pick(is, index.keys)) ? 1 : 2;
  }
}
