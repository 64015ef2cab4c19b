/** The questions of `util` about a value: null, empty, blank, type; and JSON. */

const isBlank = (value) => typeof value === 'string' && value.trim() === '';

export const isNull = (value) => value === null || value === undefined;
export const isNullOrEmpty = (value) => isNull(value) || value === '';
export const isNullOrBlank = (value) => isNull(value) || isBlank(value);
export const defaultIfNull = (value, otherwise) => (isNull(value) ? otherwise : value);
export const defaultIfNullOrEmpty = (value, otherwise) => (isNullOrEmpty(value) ? otherwise : value);
export const defaultIfNullOrBlank = (value, otherwise) => (isNullOrBlank(value) ? otherwise : value);
export const isString = (value) => typeof value === 'string';
export const isNumber = (value) => typeof value === 'number';
export const isBoolean = (value) => typeof value === 'boolean';
export const isList = (value) => Array.isArray(value);
export const isMap = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** One of Null, Number, String, Map, List, Boolean, Object. */
export function typeOf(value) {
  if (isNull(value)) return 'Null';
  if (isList(value)) return 'List';
  return { number: 'Number', string: 'String', boolean: 'Boolean', object: 'Map' }[typeof value] ?? 'Object';
}

export const parseJson = (text) => JSON.parse(text);
export const toJson = (value) => JSON.stringify(value);
