// Stand-ins for AppSync's globals, as far as graphql/ uses them. The clock is the test's.
import { randomUUID } from 'node:crypto';

/** Milliseconds since the epoch. */
export const clock = { now: Date.parse('2030-01-01T00:00:00.000Z') };

/** What the running resolver has set through `extensions`. */
export const registered = { subscriptionFilter: null, invalidationFilter: null, invalidations: [] };

export class ResolverError extends Error {
  constructor(message, type, data, info) {
    super(message);
    this.type = type ?? null;
    this.data = data ?? null;
    this.info = info ?? null;
  }
}

export class EarlyReturn {
  constructor(value) {
    this.value = value;
  }
}

let ulids = 0;

const sets = new WeakSet();

const toStringSet = (values) => {
  const set = { SS: values };
  sets.add(set);
  return set;
};

const toDynamoDB = (value) => {
  if (value === null || value === undefined) {
    return { NULL: null };
  }
  if (typeof value === 'string') {
    return { S: value };
  }
  if (typeof value === 'number') {
    return { N: value };
  }
  if (typeof value === 'boolean') {
    return { BOOL: value };
  }
  if (sets.has(value)) {
    return value;
  }
  return Array.isArray(value) ? { L: value.map(toDynamoDB) } : { M: toMapValues(value) };
};

const toMapValues = (values) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toDynamoDB(value)]));

export const util = {
  error(message, type, data, info) {
    throw new ResolverError(message, type, data, info);
  },
  autoId: () => randomUUID(),
  autoUlid: () => {
    ulids += 1;
    return `01${String(ulids).padStart(24, '0')}`;
  },
  matches: (pattern, value) => new RegExp(pattern, 'u').test(value),
  str: { normalize: (value, form) => value.normalize(form.toUpperCase()) },
  dynamodb: { toDynamoDB, toMapValues, toStringSet },
  time: {
    nowISO8601: () => new Date(clock.now).toISOString(),
    nowEpochMilliSeconds: () => clock.now,
    nowEpochSeconds: () => Math.floor(clock.now / 1000),
    parseISO8601ToEpochMilliSeconds: (time) => Date.parse(time),
    epochMilliSecondsToISO8601: (time) => new Date(time).toISOString(),
  },
  transform: {
    toSubscriptionFilter: (fields) => ({
      filterGroup: [
        {
          filters: Object.entries(fields).flatMap(([fieldName, rules]) =>
            Object.entries(rules).map(([operator, value]) => ({ fieldName, operator, value })),
          ),
        },
      ],
    }),
  },
};

export const runtime = {
  earlyReturn(value) {
    // AppSync may answer this with an error: aws/aws-appsync-community#280.
    if (value === undefined || value === null) {
      throw new Error('runtime.earlyReturn without a value');
    }
    throw new EarlyReturn(value);
  },
};

export const extensions = {
  setSubscriptionFilter(filter) {
    registered.subscriptionFilter = filter;
  },
  setSubscriptionInvalidationFilter(filter) {
    registered.invalidationFilter = filter;
  },
  invalidateSubscriptions(invalidation) {
    registered.invalidations.push(invalidation);
  },
};
