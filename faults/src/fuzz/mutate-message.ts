import type { SeededRandom } from './seeded-random.ts';

const HOSTILE_NAME_BYTES = 64 * 1024;
const MOST_FLIPS = 8;
const MOST_DEPTH = 20_000;

/** Names that some program on the way may take for something else. */
export const HOSTILE_NAMES = {
  long: 'A'.repeat(HOSTILE_NAME_BYTES),
  rightToLeft: '/srv/\u202Egpj.exe\u2066‮',
  nul: '/srv/a\0b',
  script: '<script>alert(1)</script>',
  sql: "'; DROP TABLE snapshot; --",
  halfSurrogate: '\ud800',
  array: '{"a",NULL,\\}',
  escape: '\u001b[2J\u0007\r\n',
} as const;

/** As JSON has them, and as it has not. */
const NUMBERS = [
  ...[
    'NaN',
    'Infinity',
    '-Infinity',
    '-1',
    '-0',
    '1.5',
    '9223372036854775808',
    '18446744073709551616',
    '1e999',
    '1e308',
  ],
  ...['9007199254740993', '0x10', '01', '1e-7', '+1', '.5'],
];
const VALUES = ['null', '[]', '{}', 'true', '""', '"x"', '[[[[]]]]', '{"a":1}', '-1'];
const NOT_UTF8 = [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82], [0x80]];
const PROTOTYPES = ['"__proto__":{"isAdmin":true}', '"constructor":{"prototype":{"x":1}}', '"__proto__":null'];

type Mutation = (text: string, random: SeededRandom, others: readonly string[]) => Buffer | string;

/** Each takes the text of a message and gives what goes into a frame. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  nothing: (text) => text,
  flips(text, random) {
    const bytes = Buffer.from(text);
    for (let left = 1 + random.whole(MOST_FLIPS); left > 0; left -= 1) {
      const at = random.whole(bytes.length);
      bytes[at] = (bytes[at] as number) ^ (1 << random.whole(8));
    }
    return bytes;
  },
  truncation: (text, random) => text.slice(0, random.whole(text.length)),
  splice(text, random, others) {
    const other = random.pick(others);
    const [at, from] = [random.whole(text.length), random.whole(other.length)];
    return text.slice(0, at) + other.slice(from, from + random.whole(400)) + text.slice(at + random.whole(100));
  },
  nesting(text, random) {
    const depth = 1 + random.whole(MOST_DEPTH);
    const [open, close] = random.pick([
      ['[', ']'],
      ['{"a":', '}'],
    ] as const);
    const inner = random.chance(0.5) ? close.repeat(depth) : '';
    return replaceValue(text, random, `${open.repeat(depth)}${open === '[' ? '' : '1'}${inner}`);
  },
  prototype: (text, random) => insertField(text, random, random.pick(PROTOTYPES)),
  number: (text, random) => replaceMatch(text, random, /(?<=[:,[])-?\d+(\.\d+)?(?=[,\]}])/g, random.pick(NUMBERS)),
  notUtf8(text, random) {
    const at = random.whole(text.length);
    return Buffer.concat([
      Buffer.from(text.slice(0, at)),
      Buffer.from(random.pick(NOT_UTF8)),
      Buffer.from(text.slice(at)),
    ]);
  },
  unknownField: (text, random) => insertField(text, random, `"later${random.whole(1_000)}":{"a":[1,"x"]}`),
  name(text, random) {
    const name = JSON.stringify(random.pick(Object.values(HOSTILE_NAMES)));
    return replaceMatch(text, random, /(?<=[:,[])"(?:[^"\\]|\\.)*"(?=[,\]}])/g, name);
  },
  otherType: (text, random) => replaceValue(text, random, random.pick(VALUES)),
  missingField: (text, random) => replaceMatch(text, random, /"\w+":(?:"[^"]*"|-?\d+|null|true|false),/g, ''),
  twice: (text, random) => insertField(text, random, `"type":"${random.pick(['hello', 'snapshot', 'gap', 'x'])}"`),
  noise: (_text, random) => random.bytes(1 + random.whole(300)),
  white: (text, random) => ' \t\r\n'.repeat(random.whole(5_000)) + text,
};

function replaceValue(text: string, random: SeededRandom, value: string): string {
  return replaceMatch(text, random, /(?<=":)(?:"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|null|true|false)(?=[,}])/g, value);
}

/** One of all the places that fit; a text without one stays as it is. */
function replaceMatch(text: string, random: SeededRandom, places: RegExp, value: string): string {
  const found = [...text.matchAll(places)];
  if (found.length === 0) return text;
  const { index, 0: old } = random.pick(found);
  return text.slice(0, index) + value + text.slice(index + old.length);
}

function insertField(text: string, random: SeededRandom, field: string): string {
  const found = [...text.matchAll(/\{(?=")/g)];
  if (found.length === 0) return text;
  const { index } = random.pick(found);
  return `${text.slice(0, index + 1)}${field},${text.slice(index + 1)}`;
}
