/** Parts of SQL statements: statements, tagged templates, quoted names and bound values. */

/** The result of `select`, `insert`, `update` and `remove`. */
export class Statement {
  constructor(kind, payload) {
    this.kind = kind;
    this.payload = payload;
  }
}

/** The result of the `sql` tag. */
export class Template {
  constructor(strings, values) {
    this.strings = strings;
    this.values = values;
  }
}

export const isAbsent = (value) => value === null || value === undefined;

export const isPlainObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

const HINTS = ['DATE', 'DECIMAL', 'JSON', 'TIME', 'TIMESTAMP', 'UUID'];

/** Return whether a value is from `typeHint`. Its shape is checked, because a hint can come from `ctx.stash`. */
const isHinted = (value) =>
  isPlainObject(value) && Object.keys(value).length === 2 && Object.hasOwn(value, 'value') && HINTS.includes(value.type);

/** The values of all statements of one request, numbered together: `:P0`, `:P1`, ... */
export class Variables {
  map = {};
  hints = {};
  #count = 0;

  /** Return the SQL for a value: its placeholder, or NULL. */
  bind(value) {
    if (isAbsent(value)) return 'NULL';
    const name = `:P${this.#count}`;
    this.#count += 1;
    this.map[name] = isHinted(value) ? value.value : value;
    if (isHinted(value)) this.hints[name] = value.type;
    return name;
  }

  /** Return the SQL of a tagged template. */
  template({ strings, values }) {
    return strings.map((text, index) => (index === 0 ? text : `${this.bind(values[index - 1])}${text}`)).join('');
  }
}

/** Quote a name, each part of `schema.table` or `table.column` separately; `*` alone is not quoted. */
export const quoteName = (name, quote) => (name === '*' ? name : name.split('.').map((part) => `${quote}${part}${quote}`).join('.'));
