/**
 * Converts Java's regular expressions (java.util.regex.Pattern) to JavaScript's, with the flag `v`.
 *
 * Rejected by name because JavaScript has no equivalent: possessive quantifiers, atomic groups, flags inside a pattern,
 * the flags d, U and x, the escapes \G, \X and \N, the boundary \b{g}, and Unicode blocks and java.lang.Character classes
 * in \p.
 */
import { inputFailure } from './signals.mjs';

const LINE_BREAK = '\\n\\r\\u{85}\\u{2028}\\u{2029}';
const END = `(?=(?:\\r\\n|[${LINE_BREAK}])?(?![^]))`;

/** Escapes that differ from JavaScript's, or that JavaScript lacks. */
const ESCAPES = {
  A: '(?<![^])',
  Z: END,
  z: '(?![^])',
  a: '\\u{7}',
  e: '\\u{1b}',
  h: '[ \\t\\u{a0}\\u{1680}\\u{180e}\\u{2000}-\\u{200a}\\u{202f}\\u{205f}\\u{3000}]',
  H: '[^ \\t\\u{a0}\\u{1680}\\u{180e}\\u{2000}-\\u{200a}\\u{202f}\\u{205f}\\u{3000}]',
  R: `(?:\\r\\n|[\\u{b}\\f${LINE_BREAK}])`,
  s: '[ \\t\\n\\u{b}\\f\\r]',
  S: '[^ \\t\\n\\u{b}\\f\\r]',
  v: `[\\u{b}\\f${LINE_BREAK}]`,
  V: `[^\\u{b}\\f${LINE_BREAK}]`,
};
const SAME = 'bBdDfnrtwW';

const POSIX = {
  Alnum: '0-9A-Za-z', Alpha: 'A-Za-z', ASCII: '\\u{0}-\\u{7f}', Blank: ' \\t', Cntrl: '\\u{0}-\\u{1f}\\u{7f}', Digit: '0-9',
  Graph: '\\u{21}-\\u{7e}', Lower: 'a-z', Print: '\\u{20}-\\u{7e}', Punct: '\\u{21}-\\u{2f}\\u{3a}-\\u{40}\\u{5b}-\\u{60}\\u{7b}-\\u{7e}',
  Space: ' \\t\\n\\u{b}\\f\\r', Upper: 'A-Z', XDigit: '0-9A-Fa-f',
};

const unsupported = (what) => inputFailure(`Java regular expressions: ${what} is not supported locally`);
const illegal = (pattern, at) => inputFailure(`java.util.regex.PatternSyntaxException: ${pattern} near index ${at}`);

/** Return the pattern of a literal character, inside and outside of brackets. */
const literal = (character) =>
  /[0-9A-Za-z_ ]|[^\0-\x7f]/.test(character) ? character : `\\u{${character.codePointAt(0).toString(16)}}`;

function property(negated, name) {
  const upper = negated ? 'P' : 'p';
  if (Object.hasOwn(POSIX, name)) return `[${negated ? '^' : ''}${POSIX[name]}]`;
  if (/^(In|java|block=|blk=)/.test(name)) throw unsupported(`\\p{${name}}`);
  const plain = name.replace(/^Is/, '').replace(/^(general_category|gc)=/, '').replace(/^(script|sc)=/, 'Script=');
  for (const candidate of [plain, `Script=${plain}`]) {
    try {
      new RegExp(`\\p{${candidate}}`, 'v');
      return `\\${upper}{${candidate}}`;
    } catch {
      // Not a property of that type.
    }
  }
  throw unsupported(`\\p{${name}}`);
}

class Translation {
  constructor(pattern) {
    this.pattern = pattern;
    this.at = 0;
    this.flags = 'v';
    this.dotAll = false;
  }

  /** Consume and return the text that matches at the current position, or null. */
  take(expression) {
    const found = expression.exec(this.pattern.slice(this.at));
    if (found) this.at += found[0].length;
    return found;
  }

  character() {
    if (this.at >= this.pattern.length) throw illegal(this.pattern, this.at);
    return this.take(/^[^]/u)[0];
  }

  run() {
    const found = this.take(/^\(\?([a-zA-Z]+)\)/);
    [...(found?.[1] ?? '')].forEach((flag) => this.flag(flag));
    let source = '';
    while (this.at < this.pattern.length) source += this.part();
    return { source, flags: this.flags };
  }

  flag(flag) {
    if (flag === 's') this.dotAll = true;
    else if (flag === 'i' || flag === 'm') this.flags += flag;
    else if (flag !== 'u') throw unsupported(`the flag ${flag}`);
  }

  part() {
    const character = this.character();
    switch (character) {
      case '\\':
        return this.escape();
      case '[':
        return this.brackets();
      case '(':
        return this.group();
      case '.':
        return this.dotAll ? '[^]' : `[^${LINE_BREAK}]`;
      case '$':
        return this.flags.includes('m') ? '$' : END;
      case '^':
      case '|':
      case ')':
        return character;
      default:
        return this.quantifier(character) ?? literal(character);
    }
  }

  quantifier(character) {
    const quantifier = character === '{' ? this.take(/^\d+(,\d*)?\}/) : '*+?'.includes(character) && [''];
    if (!quantifier) {
      if (character === '{') throw illegal(this.pattern, this.at);
      return null;
    }
    if (this.take(/^\+/)) throw unsupported('a possessive quantifier');
    return `${character}${quantifier[0]}${this.take(/^\?/) ? '?' : ''}`;
  }

  group() {
    if (!this.take(/^\?/)) return '(';
    if (this.take(/^>/)) throw unsupported('an atomic group');
    const opening = this.take(/^(<?[=!]|:|<[A-Za-z][A-Za-z0-9]*>)/);
    if (!opening) throw unsupported('a flag inside a pattern');
    return `(?${opening[0]}`;
  }

  escape() {
    const quoted = this.take(/^Q([^]*?)(?:\\E|$)/);
    if (quoted) return [...quoted[1]].map(literal).join('');
    const reference = this.take(/^([1-9]\d*|k<[A-Za-z][A-Za-z0-9]*>)/);
    return reference ? `\\${reference[0]}` : this.escapedCharacter();
  }

  /** Escapes that are also valid inside brackets. */
  escapedCharacter() {
    const numbered = this.numbered();
    if (numbered !== null) return `\\u{${numbered.toString(16)}}`;
    const named = this.take(/^([pP])(?:\{([^}]+)\}|([A-Za-z]))/);
    if (named) return property(named[1] === 'P', named[2] ?? named[3]);
    if (this.take(/^b\{/)) throw unsupported('\\b{g}');
    const character = this.character();
    if (Object.hasOwn(ESCAPES, character)) return ESCAPES[character];
    if (SAME.includes(character)) return `\\${character}`;
    if ('GXN'.includes(character)) throw unsupported(`\\${character}`);
    if (/[A-Za-z]/.test(character)) throw illegal(this.pattern, this.at - 1);
    return literal(character);
  }

  /** Return the code point of `\x41`, `\x{1f600}`, `\u0041`, `\ud83d\ude00`, `\0101` or `\cA`, or null. */
  numbered() {
    const pair = this.take(/^u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})/i);
    if (pair) return (parseInt(pair[1], 16) - 0xd800) * 0x400 + parseInt(pair[2], 16) - 0xdc00 + 0x10000;
    const hexadecimal = this.take(/^(?:x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4}))/);
    if (hexadecimal) return parseInt(hexadecimal[1] ?? hexadecimal[2] ?? hexadecimal[3], 16);
    const octal = this.take(/^0([0-3][0-7]{2}|[0-7]{1,2})/);
    if (octal) return parseInt(octal[1], 8);
    const control = this.take(/^c([^])/);
    return control ? control[1].charCodeAt(0) ^ 64 : null;
  }

  /** Convert a character class: adjacent members form a union, `&&` an intersection. */
  brackets() {
    const negation = this.take(/^\^/) ? '^' : '';
    const operands = [''];
    for (let isFirst = true; isFirst || !this.take(/^\]/); isFirst = false) {
      if (this.take(/^&&/)) operands.push('');
      else operands[operands.length - 1] += this.member();
    }
    const [only] = operands;
    return `[${negation}${operands.length === 1 ? only : operands.map((operand) => `[${operand}]`).join('&&')}]`;
  }

  member() {
    const character = this.character();
    if (character === '[') return this.brackets();
    const low = character === '\\' ? this.classEscape() : literal(character);
    return this.take(/^-(?=[^\][])/) ? `${low}-${this.rangeEnd()}` : low;
  }

  rangeEnd() {
    const character = this.character();
    return character === '\\' ? this.classEscape() : literal(character);
  }

  classEscape() {
    const quoted = this.take(/^Q([^]*?)\\E/);
    return quoted ? [...quoted[1]].map(literal).join('') : this.escapedCharacter();
  }
}

const MOST_KEPT = 256;
const kept = new Map();

/**
 * Convert a Java pattern to a regular expression without the flags `g` and `y`.
 *
 * @param {string} pattern
 * @returns {RegExp}
 */
export function javaPattern(pattern) {
  if (!kept.has(pattern)) {
    const { source, flags } = new Translation(pattern).run();
    if (kept.size >= MOST_KEPT) kept.clear();
    try {
      kept.set(pattern, new RegExp(source, flags));
    } catch {
      throw illegal(pattern, pattern.length);
    }
  }
  return kept.get(pattern);
}

const REPLACEMENT = /\\([^])|\$\{([A-Za-z][A-Za-z0-9]*)\}|\$(\d+)|[$\\]|[^$\\]+/g;

const matchAll = Function.prototype.call.bind(String.prototype.matchAll);

/** Return the longest prefix of the digits that is the number of a group; the other digits are text. */
function numberedGroup(digits, count) {
  let length = digits.length;
  while (length > 1 && Number(digits.slice(0, length)) > count) length -= 1;
  const number = Number(digits.slice(0, length));
  if (number > count) throw inputFailure(`java.lang.IndexOutOfBoundsException: No group ${number}`);
  return { number, rest: digits.slice(length) };
}

/**
 * Convert Java's replacement text, `$1`, `${name}` and `\$`, to a function for `String.prototype.replace`.
 *
 * @param {string} replacement
 * @param {number} count number of groups in the pattern.
 */
export function javaReplacement(replacement, count) {
  const parts = [...matchAll(replacement, REPLACEMENT)].map(([text, escaped, name, digits]) => {
    if (escaped !== undefined) return () => escaped;
    if (name !== undefined) return (groups, named) => named?.[name] ?? '';
    if (text === '$' || text === '\\') throw inputFailure('java.lang.IllegalArgumentException: Illegal group reference');
    if (digits === undefined) return () => text;
    const { number, rest } = numberedGroup(digits, count);
    return (groups) => `${groups[number] ?? ''}${rest}`;
  });
  return (...found) => {
    const named = typeof found[found.length - 1] === 'object' ? found[found.length - 1] : undefined;
    return parts.map((part) => part(found.slice(0, count + 1), named)).join('');
  };
}
