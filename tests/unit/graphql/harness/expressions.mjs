// DynamoDB's condition, key and update expressions, limited to those that graphql/ uses; anything else is an error.

const pattern = /\s*(<>|<=|>=|[()=<>,+-]|[#:]?[A-Za-z_]\w*(?:\.#?\w+)*)/y;

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
  if (type === 'SS') {
    return [...new Set(value)].sort();
  }
  return type === 'L' ? value.map(fromDynamoDB) : value;
};

export const fromMap = (typed) =>
  Object.fromEntries(Object.entries(typed).map(([name, value]) => [name, fromDynamoDB(value)]));

/** The attribute at a path such as `lastMessage.content`, with the expression's names substituted. */
const placeOf = (path, names) => path.split('.').map((part) => (part.startsWith('#') ? names[part] : part));
const valueAt = (item, place) => place.reduce((inner, name) => inner?.[name], item);

const functions = {
  size: (value) => (value === undefined ? undefined : value.length),
  contains: (value, part) => value !== undefined && value.includes(part),
  begins_with: (value, start) => value !== undefined && value.startsWith(start),
};

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
  const call = () => {
    const function_ = functions[take()];
    take('(');
    const parameters = [operand()];
    while (tokens[at] === ',') {
      take();
      parameters.push(operand());
    }
    take(')');
    return (item) => function_(...parameters.map((parameter) => parameter(item)));
  };
  const operand = () => {
    if (tokens[at].startsWith(':')) {
      const value = values[take()];
      return () => value;
    }
    if (tokens[at + 1] === '(') {
      return call();
    }
    const place = placeOf(take(), expressionNames);
    return (item) => valueAt(item, place);
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
      const place = placeOf(take(), expressionNames);
      take(')');
      return (item) => (valueAt(item, place) !== undefined) === wanted;
    }
    const left = operand();
    if (tokens[at] === undefined || ['AND', 'OR', ')'].includes(tokens[at])) {
      return left;
    }
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
    // Comparisons with a missing attribute are false.
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

/** The item after an update expression with the clauses SET, REMOVE, ADD and DELETE. */
export const updated = (item, { expression, expressionNames = {}, expressionValues = {} }) => {
  const values = fromMap(expressionValues);
  const result = structuredClone(item);
  const operand = (text) => {
    const [, name, inner, otherwise] = /^(\w+)\((\S+), (\S+)\)$/.exec(text) ?? [];
    if (name === 'if_not_exists') {
      return operand(inner) ?? operand(otherwise);
    }
    return text.startsWith(':') ? values[text] : valueAt(item, placeOf(text, expressionNames));
  };
  const assign = (path, value) => {
    const place = placeOf(path, expressionNames);
    const last = place.pop();
    const parent = valueAt(result, place);
    if (parent === undefined) {
      throw new Error(`No such path: ${path}`);
    }
    if (value === undefined) {
      delete parent[last];
    } else {
      parent[last] = value;
    }
  };
  const verbs = {
    SET(part) {
      const [, path, first, sign, second] = /^(\S+) = (\S+?(?:\(.*?\))?)(?: ([+-]) (\S+))?$/.exec(part);
      const right = second === undefined ? 0 : operand(second);
      assign(path, sign ? operand(first) + (sign === '+' ? right : -right) : operand(first));
    },
    REMOVE(part) {
      assign(part, undefined);
    },
    ADD(part) {
      const [path, value] = part.split(' ');
      const before = valueAt(item, placeOf(path, expressionNames));
      const added = values[value];
      assign(path, Array.isArray(added) ? [...new Set([...(before ?? []), ...added])].sort() : (before ?? 0) + added);
    },
    DELETE(part) {
      const [path, value] = part.split(' ');
      const left = (valueAt(item, placeOf(path, expressionNames)) ?? []).filter((one) => !values[value].includes(one));
      // DynamoDB removes empty sets.
      assign(path, left.length > 0 ? left : undefined);
    },
  };
  for (const clause of expression.split(/\s*(?=\b(?:ADD|SET|REMOVE|DELETE) )/)) {
    const [, verb, rest] = /^(\w+) (.+?)\s*$/.exec(clause);
    for (const part of rest.split(/,\s*(?![^(]*\))/)) {
      verbs[verb](part);
    }
  }
  return result;
};
