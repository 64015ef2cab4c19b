// Complete selections, as `ctx.info` shows them: all fields of a mutation's response, without aliases.
import { readFileSync } from 'node:fs';
import { buildSchema, getNamedType, isObjectType } from 'graphql';

const root = new URL('../../../../', import.meta.url);

/** The schema, preceded by the definitions that AppSync provides. */
const sources = ['packages/appsync-local/src/appsync_local/provided.graphql', 'graphql/schema.graphql'];

const namesOf = (type) => (isObjectType(type) ? Object.entries(type.getFields()) : []);

const pathsOf = (type, prefix = '') =>
  namesOf(type).flatMap(([name, field]) => [`${prefix}${name}`, ...pathsOf(getNamedType(field.type), `${prefix}${name}/`)]);

const textOf = (type) =>
  isObjectType(type)
    ? `{\n${namesOf(type)
        .map(([name, field]) => `${name} ${textOf(getNamedType(field.type))}`.trim())
        .join('\n')}\n}`
    : '';

/** JSON of `ctx.info` by `Mutation.field`. */
export const completeSelections = () => {
  const text = sources.map((file) => readFileSync(new URL(file, root), 'utf8')).join('\n');
  const fields = Object.entries(buildSchema(text).getMutationType().getFields());
  return Object.fromEntries(
    fields.map(([name, field]) => {
      const type = getNamedType(field.type);
      return [`Mutation.${name}`, JSON.stringify({ selectionSetList: pathsOf(type), selectionSetGraphQL: textOf(type) })];
    }),
  );
};
