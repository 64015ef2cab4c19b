/** The attributes to return: `['id', 'author.name', 'tags[0]']` as a projection expression. */
import { Placeholders } from './expression_names.mjs';

/** One path: names become placeholders, list indexes stay. */
function path(text, placeholders) {
  return text
    .split('.')
    .map((part) => {
      const bracket = part.indexOf('[');
      const name = bracket === -1 ? part : part.slice(0, bracket);
      return `${placeholders.name(name)}${part.slice(name.length)}`;
    })
    .join('.');
}

export function projectionExpression(paths) {
  const placeholders = new Placeholders();
  const expression = paths.map((text) => path(text, placeholders)).join(', ');
  return { expression, expressionNames: placeholders.expressionNames };
}
