/**
 * `@aws-appsync/utils/rds`: SQL statements for the RDS data source, and its results as records. The data source itself
 * is not supported locally.
 *
 * Inputs are those of rds-helpers.d.ts in @aws-appsync/utils; outputs and messages are those of AppSync's EvaluateCode
 * (`tests/recorded/` of this package). Joins, grouping and aggregates, whose SQL is not recorded, are rejected by name.
 */
import { rds as results } from './util.rds.mjs';
import { inputFailure } from './signals.mjs';
import { Dialect, renderStatements } from './sql_statement.mjs';
import { isPlainObject, Statement, Template } from './sql_values.mjs';

/** Return a constructor of statements. The payload is checked on the call, the statement when it is rendered. */
const statement = (kind) =>
  (...payloads) => {
    if (payloads.length === 0 || payloads[0] === undefined) throw inputFailure(`An argument is expected to be passed to ${kind}`);
    if (!isPlainObject(payloads[0])) throw inputFailure('Expected payload to be an Object.');
    return new Statement(kind, payloads[0]);
  };

export const select = statement('select');
export const insert = statement('insert');
export const update = statement('update');
export const remove = statement('remove');

export function sql(strings, ...values) {
  if (!Array.isArray(strings) || strings.length !== values.length + 1) {
    throw inputFailure('java.lang.IllegalArgumentException: Unexpected argument passed to sql tagged template');
  }
  return new Template([...strings], values);
}

const POSTGRESQL = new Dialect('createPgStatement', '"', true);
const MYSQL = new Dialect('createMySQLStatement', '`', false);

export const createPgStatement = (...statements) => renderStatements(POSTGRESQL, statements);
export const createMySQLStatement = (...statements) => renderStatements(MYSQL, statements);

const hint = (type) => (value) => ({ type, value });

export const typeHint = {
  DATE: hint('DATE'),
  DECIMAL: hint('DECIMAL'),
  JSON: hint('JSON'),
  TIME: hint('TIME'),
  TIMESTAMP: hint('TIMESTAMP'),
  UUID: hint('UUID'),
};

const aggregate = (name) => () => {
  throw inputFailure(`agg.${name} is not run locally`);
};

export const agg = Object.fromEntries(
  ['avg', 'avgDistinct', 'count', 'countDistinct', 'max', 'maxDistinct', 'min', 'minDistinct', 'sum', 'sumDistinct']
    .map((name) => [name, aggregate(name)]),
);

export const { toJsonObject } = results;
