/** Generates random and time-ordered identifiers. */
import { bridge } from './bridge.mjs';

const now = Date.now;
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** KSUID counts seconds from 2014-05-13T16:53:20Z. */
const KSUID_EPOCH_SECONDS = 1_400_000_000;

function inBase(value, alphabet, length) {
  const base = BigInt(alphabet.length);
  let rest = value;
  let text = '';
  while (text.length < length) {
    text = alphabet[Number(rest % base)] + text;
    rest /= base;
  }
  return text;
}

/** UUID version 4 (RFC 9562). */
export function autoId() {
  const hex = bridge.randomHex(16);
  const variant = '89ab'[parseInt(hex[16], 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** ULID: 48 bits of milliseconds, 80 random bits, in Crockford's base 32. */
export function autoUlid() {
  const value = (BigInt(now()) << 80n) | BigInt(`0x${bridge.randomHex(10)}`);
  return inBase(value, CROCKFORD, 26);
}

/** KSUID: 32 bits of seconds, 128 random bits, in base 62. */
export function autoKsuid() {
  const seconds = BigInt(Math.floor(now() / 1000) - KSUID_EPOCH_SECONDS);
  return inBase((seconds << 128n) | BigInt(`0x${bridge.randomHex(16)}`), BASE62, 27);
}
