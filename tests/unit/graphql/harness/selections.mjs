// What a careful client selects: all of what a mutation answers, by its own names, as `ctx.info` shows it.
import { readFileSync } from 'node:fs';
import { buildSchema, getNamedType, isObjectType } from 'graphql';

/** What AppSync provides and the schema therefore does not declare. */
const appsync = `
  scalar AWSDateTime
  directive @aws_cognito_user_pools(cognito_groups: [String!]) on OBJECT | FIELD_DEFINITION
  directive @aws_iam on OBJECT | FIELD_DEFINITION
  directive @aws_subscribe(mutations: [String!]!) on FIELD_DEFINITION
`;

const namesOf = (type) => (isObjectType(type) ? Object.entries(type.getFields()) : []);

const pathsOf = (type, prefix = '') =>
  namesOf(type).flatMap(([name, field]) => [`${prefix}${name}`, ...pathsOf(getNamedType(field.type), `${prefix}${name}/`)]);

const textOf = (type) =>
  isObjectType(type)
    ? `{\n${namesOf(type)
        .map(([name, field]) => `${name} ${textOf(getNamedType(field.type))}`.trim())
        .join('\n')}\n}`
    : '';

/** By `Mutation.field`. */
export const completeSelections = () => {
  const text = readFileSync(new URL('../../../../graphql/schema.graphql', import.meta.url), 'utf8');
  const fields = Object.entries(buildSchema(appsync + text).getMutationType().getFields());
  return Object.fromEntries(
    fields.map(([name, field]) => {
      const type = getNamedType(field.type);
      return [`Mutation.${name}`, { selectionSetList: pathsOf(type), selectionSetGraphQL: textOf(type) }];
    }),
  );
};
