/** Renders statements as SQL text with bound variables, the request of the RDS data source. */
import { inputFailure } from './signals.mjs';
import { whereClause } from './sql_condition.mjs';
import { isAbsent, isPlainObject, quoteName, Statement, Template, Variables } from './sql_values.mjs';

/** The SQL syntax of a database, and the function that creates its statements. */
export class Dialect {
  constructor(functionName, quote, hasReturning) {
    this.functionName = functionName;
    this.quote = quote;
    this.hasReturning = hasReturning;
  }
}

/** Properties of a select without a recorded answer. */
const NOT_RUN = ['groupBy', 'having', 'join', 'innerJoin', 'leftJoin', 'leftOuterJoin', 'rightJoin', 'rightOuterJoin', 'fullOuterJoin',
  'crossJoin', 'joinNatural', 'innerJoinNatural', 'leftJoinNatural', 'leftOuterJoinNatural', 'rightJoinNatural',
  'rightOuterJoinNatural', 'fullOuterJoinNatural'];

/** Omit empty clauses. The keyword before an empty clause is kept, as in AppSync's output. */
const joined = (clauses) => clauses.filter((clause) => clause !== '').join(' ').trimEnd();

class Renderer {
  constructor(dialect, variables) {
    this.dialect = dialect;
    this.variables = variables;
  }

  quoted(name) {
    return quoteName(name, this.dialect.quote);
  }

  where(payload) {
    return whereClause(payload.where, this.dialect.quote, this.variables);
  }

  select(payload) {
    const unknown = NOT_RUN.find((property) => !isAbsent(payload[property]));
    if (unknown) throw inputFailure(`The property ${unknown} of select is not run locally.`);
    return [
      'SELECT',
      isAbsent(payload.columns) ? '*' : this.columns(payload.columns),
      `FROM ${this.source(payload)}`,
      ...this.where(payload),
      ...this.orderBy(payload.orderBy),
      ...this.count('limit', payload.limit),
      ...this.count('offset', payload.offset),
    ];
  }

  insert(payload) {
    const values = this.values(payload, 'insert');
    const table = this.table(payload.table);
    const names = Object.keys(values).map((name) => this.quoted(name)).join(', ');
    const bound = Object.values(values).map((value) => this.variables.bind(value)).join(', ');
    return [`INSERT INTO ${table} (${names}) VALUES (${bound})`, ...this.returning(payload)];
  }

  update(payload) {
    const values = this.values(payload, 'update');
    const table = this.table(payload.table);
    const changes = Object.entries(values).map(([name, value]) => `${this.quoted(name)} = ${this.variables.bind(value)}`);
    return [`UPDATE ${table} SET`, changes.join(', '), ...this.where(payload), ...this.returning(payload)];
  }

  remove(payload) {
    return [`DELETE FROM ${this.table(payload.table)}`, ...this.where(payload), ...this.returning(payload)];
  }

  values({ values }, kind) {
    if (isAbsent(values)) throw inputFailure(`values are expected to be passed to ${kind}`);
    if (!isPlainObject(values)) throw inputFailure('Expected values to an Object.');
    return values;
  }

  /** Return the table of a select; `from` is an alias of `table`. */
  source({ from, table }) {
    if (isAbsent(from)) return this.table(table);
    if (!isAbsent(table)) throw inputFailure("'from' and 'table' keys cannot be used together");
    if (typeof from !== 'string' && !isPlainObject(from)) throw inputFailure("'from' value is expected to be string or object.");
    return this.table(from);
  }

  table(table) {
    if (isAbsent(table)) throw inputFailure("'table' or 'from' key is required.");
    if (typeof table === 'string') return this.quoted(table);
    if (table instanceof Statement || table instanceof Template) throw inputFailure('Subqueries are not run locally.');
    if (!isPlainObject(table)) throw inputFailure('table name is expected to be a string or alias.');
    return this.alias(Object.entries(table));
  }

  alias(pairs) {
    if (pairs.length > 1) throw inputFailure('table alias is allowed only one key-value pair.');
    if (pairs.length === 0) throw inputFailure('java.util.NoSuchElementException');
    const [[alias, name]] = pairs;
    if (name instanceof Statement || name instanceof Template) throw inputFailure('Subqueries are not run locally.');
    if (typeof name !== 'string') throw inputFailure('Table alias value is expected to be a string.');
    return `${this.quoted(name)} as ${this.quoted(alias)}`;
  }

  columns(columns) {
    if (columns === '*') return columns;
    if (!Array.isArray(columns)) throw inputFailure('Expected column to be * or an array.');
    if (columns.some(isPlainObject)) throw inputFailure('Aliases of columns are not run locally.');
    if (columns.some((name) => typeof name !== 'string')) throw inputFailure('Invalid type in column array.');
    return columns.map((name) => this.quoted(name)).join(', ');
  }

  returning({ returning }) {
    if (isAbsent(returning)) return [];
    const columns = this.columns(returning);
    if (!this.dialect.hasReturning) throw inputFailure('returning is not supported in MySQL.');
    return ['RETURNING', columns];
  }

  orderBy(items) {
    if (isAbsent(items)) return [];
    if (!Array.isArray(items)) throw inputFailure('orderBy expects an array.');
    return items.length === 0 ? [] : ['ORDER BY', items.map((item) => this.ordered(item)).join(', ')];
  }

  /** Return an ORDER BY item. A direction that is not a string means ascending. */
  ordered(item) {
    if (!isPlainObject(item)) throw inputFailure('orderBy item expected to be an object.');
    const { column, dir } = item;
    if (typeof column !== 'string') throw inputFailure('orderBy item expected to have property column.');
    const direction = typeof dir === 'string' ? dir.toUpperCase() : 'ASC';
    if (!['ASC', 'DESC'].includes(direction)) throw inputFailure(`orderBy dir can have either ASC or DESC found ${dir}.`);
    return `${this.quoted(column)} ${direction}`;
  }

  count(keyword, value) {
    if (isAbsent(value)) return [];
    const isNumeric = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
    if (!isNumeric || Number.isNaN(Number(value))) throw inputFailure(`${keyword} expects a number.`);
    return [`${keyword.toUpperCase()} ${this.variables.bind(Number(value))}`];
  }
}

function render(statement, dialect, variables) {
  if (typeof statement === 'string') return statement;
  if (statement instanceof Template) return variables.template(statement);
  if (!(statement instanceof Statement)) throw inputFailure(`Unsupported type is passed as argument to ${dialect.functionName}`);
  return joined(new Renderer(dialect, variables)[statement.kind](statement.payload));
}

/**
 * The request of the RDS data source.
 *
 * @param {Dialect} dialect
 * @param {unknown[]} statements texts, templates and statements; absent ones after the first are left out.
 * @returns {{statements: string[], variableMap: object, variableTypeHintMap: object}}
 */
export function renderStatements(dialect, statements) {
  if (statements.length === 0) throw inputFailure(`An argument is expected to be passed to ${dialect.functionName}`);
  const variables = new Variables();
  const given = statements.filter((statement, index) => index === 0 || !isAbsent(statement));
  const rendered = given.map((statement) => render(statement, dialect, variables));
  return { statements: rendered, variableMap: variables.map, variableTypeHintMap: variables.hints };
}
