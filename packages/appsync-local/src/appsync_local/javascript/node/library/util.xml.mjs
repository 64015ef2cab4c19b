/**
 * `util.xml`: XML as a map, in the format of org.json, as in the developer guide's example: text that parses as a
 * number or a boolean is converted, repeated elements become a list, text beside attributes is named `content`.
 */

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const TOKEN = /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<![^>]*>|<\/\s*([^\s>]+)\s*>|<([^\s/>]+)((?:[^"'>/]|"[^"]*"|'[^']*'|\/(?!>))*)(\/?)>|([^<]+)/g;
const ATTRIBUTE = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

const fromCode = String.fromCodePoint;
// Keep String.prototype.matchAll before it is removed: resolver code does not have it.
const matchAll = Function.prototype.call.bind(String.prototype.matchAll);

const unescape = (text) =>
  text.replace(/&(#x?[0-9a-fA-F]+|\w+);/g, (whole, name) => {
    if (name[0] !== '#') return ENTITIES[name] ?? whole;
    return fromCode(name[1] === 'x' ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10));
  });

function scalar(text) {
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null') return null;
  return /^-?(0|[1-9]\d{0,14})(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : text;
}

function add(map, name, value) {
  if (!Object.hasOwn(map, name)) map[name] = value;
  else if (Array.isArray(map[name])) map[name].push(value);
  else map[name] = [map[name], value];
}

function closed({ children, text }) {
  const content = text.trim();
  if (Object.keys(children).length === 0) return scalar(content);
  if (content !== '') add(children, 'content', scalar(content));
  return children;
}

function opened(name, attributes) {
  const element = { name, children: {}, text: '' };
  for (const [, key, double, single] of matchAll(attributes, ATTRIBUTE)) {
    element.children[key] = scalar(unescape(double ?? single));
  }
  return element;
}

function toMap(xml) {
  const open = [{ name: '', children: {}, text: '' }];
  const close = () => {
    const element = open.pop();
    add(open[open.length - 1].children, element.name, closed(element));
  };
  for (const [, literal, end, start, attributes, empty, text] of matchAll(String(xml), TOKEN)) {
    const element = open[open.length - 1];
    if (literal !== undefined) element.text += literal;
    else if (text !== undefined) element.text += unescape(text);
    else if (start !== undefined) {
      open.push(opened(start, attributes));
      if (empty) close();
    } else if (end !== undefined) {
      if (element.name !== end) throw new SyntaxError(`util.xml: </${end}> closes <${element.name}>`);
      close();
    }
  }
  if (open.length > 1) throw new SyntaxError(`util.xml: <${open[open.length - 1].name}> is not closed`);
  return open[0].children;
}

export const xml = {
  toMap,
  toJsonString(text, stringEncode) {
    const json = JSON.stringify(toMap(text));
    return stringEncode ? JSON.stringify(json) : json;
  },
};
