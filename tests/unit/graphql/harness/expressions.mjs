// DynamoDB's condition, key and update expressions, as far as graphql/ uses them; anything else is an error.

const pattern = /\s*(attribute_exists|attribute_not_exists|AND|OR|NOT|IN|<>|<=|>=|[()=<>,]|[#:]?[A-Za-z_][\w]*)/y;

const tokenize = (text) => {
  const tokens = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.trimEnd().length) {
    const match = pattern.exec(text);
    if (!match) {
      throw new Error(`Not understood: ${text}`);
    }
    tokens.push(match[1]);
  }
  return tokens;
};

export const fromDynamoDB = (typed) => {
  const [type, value] = Object.entries(typed)[0];
  if (type === 'M') {
    return fromMap(value);
  }
  return type === 'L' ? value.map(fromDynamoDB) : value;
};

export const fromMap = (typed) =>
  Object.fromEntries(Object.entries(typed).map(([name, value]) => [name, fromDynamoDB(value)]));

const compare = {
  '=': (left, right) => left === right,
  '<>': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '>': (left, right) => left > right,
  '<=': (left, right) => left <= right,
  '>=': (left, right) => left >= right,
};

/** A compiled boolean expression: item -> boolean. */
export const compile = ({ expression, expressionNames = {}, expressionValues = {} }) => {
  const tokens = tokenize(expression);
  const values = fromMap(expressionValues);
  let at = 0;
  const take = (wanted) => {
    if (wanted && tokens[at] !== wanted) {
      throw new Error(`Expected ${wanted} in: ${expression}`);
    }
    at += 1;
    return tokens[at - 1];
  };
  const name = () => {
    const token = take();
    return token.startsWith('#') ? expressionNames[token] : token;
  };
  const operand = () => {
    if (tokens[at].startsWith(':')) {
      const value = values[take()];
      return () => value;
    }
    const attribute = name();
    return (item) => item[attribute];
  };
  const term = () => {
    if (tokens[at] === 'NOT') {
      take();
      const inner = term();
      return (item) => !inner(item);
    }
    if (tokens[at] === '(') {
      take();
      const inner = either();
      take(')');
      return inner;
    }
    if (tokens[at].startsWith('attribute_')) {
      const wanted = take() === 'attribute_exists';
      take('(');
      const attribute = name();
      take(')');
      return (item) => (item[attribute] !== undefined) === wanted;
    }
    const left = operand();
    if (tokens[at] === 'IN') {
      take();
      take('(');
      const options = [operand()];
      while (tokens[at] === ',') {
        take();
        options.push(operand());
      }
      take(')');
      return (item) => options.some((option) => option(item) === left(item));
    }
    const operator = compare[take()];
    const right = operand();
    // Nothing compares to an attribute that is not there.
    return (item) => left(item) !== undefined && operator(left(item), right(item));
  };
  const both = () => {
    let left = term();
    while (tokens[at] === 'AND') {
      take();
      const [first, second] = [left, term()];
      left = (item) => first(item) && second(item);
    }
    return left;
  };
  const either = () => {
    let left = both();
    while (tokens[at] === 'OR') {
      take();
      const [first, second] = [left, both()];
      left = (item) => first(item) || second(item);
    }
    return left;
  };
  const compiled = either();
  if (at !== tokens.length) {
    throw new Error(`Not understood: ${expression}`);
  }
  return compiled;
};

/** The item after `ADD name :value[, ...] SET name = :value[, ...]`. */
export const updated = (item, { expression, expressionNames = {}, expressionValues }) => {
  const values = fromMap(expressionValues);
  const result = { ...item };
  for (const clause of expression.split(/(?=\b(?:ADD|SET)\b)/)) {
    const [, verb, rest] = /^(ADD|SET) (.+?)\s*$/.exec(clause);
    for (const part of rest.split(/,\s*/)) {
      const [, name, value] = (verb === 'ADD' ? /^(#?\w+) (:\w+)$/ : /^(#?\w+) = (:\w+)$/).exec(part);
      const attribute = expressionNames[name] ?? name;
      result[attribute] = verb === 'ADD' ? (result[attribute] ?? 0) + values[value] : values[value];
    }
  }
  return result;
};
