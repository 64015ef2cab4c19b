/** Text encodings: base64, form encoding, JavaScript escapes. All text is UTF-8. */
import { bridge } from './bridge.mjs';

const encodeComponent = encodeURIComponent;
const decodeComponent = decodeURIComponent;

export const base64Encode = (value) => bridge.base64Encode(String(value));
export const base64Decode = (value) => bridge.base64Decode(String(value));

/** application/x-www-form-urlencoded, as encoded by Java's URLEncoder: a space becomes +, and * is kept. */
export const urlEncode = (value) =>
  encodeComponent(String(value))
    .replace(/%20/g, '+')
    .replace(/[!'()~]/g, (character) => `%${character.codePointAt(0).toString(16).toUpperCase()}`);

export const urlDecode = (value) => decodeComponent(String(value).replace(/\+/g, ' '));

const ESCAPES = { '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '"': '\\"', "'": "\\'", '/': '\\/', '\\': '\\\\' };

/** Escape text as Apache Commons' escapeEcmaScript does. */
export const escapeJavaScript = (value) =>
  String(value).replace(/[\b\f\n\r\t"'/\\]|[^\x20-\x7e]/g, (character) => {
    if (ESCAPES[character]) return ESCAPES[character];
    return `\\u${`000${character.codePointAt(0).toString(16).toUpperCase()}`.slice(-4)}`;
  });
