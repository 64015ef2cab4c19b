/**
 * The library's access to Node: three functions on text. Resolver code cannot access them.
 *
 * This is an object so that a test can replace the source of random numbers.
 */
import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';

export const bridge = {
  randomHex: (bytes) => randomBytes(bytes).toString('hex'),
  base64Encode: (text) => Buffer.from(text, 'utf8').toString('base64'),
  base64Decode: (text) => Buffer.from(text, 'base64').toString('utf8'),
};
