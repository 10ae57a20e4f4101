import { constants, deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  COMPRESS_FROM_BYTES,
  decodeCollectorFrame,
  decodeCollectorMessage,
  decodeGatewayMessage,
  encode,
  encodeFrame,
  MAX_DECODE_REASON_CHARACTERS,
  MAX_DEPTH,
  MAX_FRAME_BYTES,
  MAX_INFLATED_BYTES,
  MAX_NAME_CHARACTERS,
  RAW_DEFLATE_TAG,
} from '../src/index.ts';
import { golden, goldenText } from './golden-frame.ts';

const fromCollector = [
  'enrol',
  'hello',
  'snapshot',
  'snapshot-known-layout',
  'inventory',
  'inventory-delta',
  'survey',
  'gap',
  'rotate',
];
const fromGateway = [
  'challenge',
  'enrolled',
  'welcome',
  'welcome-capabilities',
  'ack',
  'rotated',
  'configure',
  'refused',
];

describe('golden frames', () => {
  test.each(fromCollector)('%s decodes to the very same, and encoding brings it back', (name) => {
    const decoded = decodeCollectorMessage(goldenText(name));
    expect(decoded).toStrictEqual({ ok: true, message: golden(name) });
    if (decoded.ok) expect(JSON.parse(encode(decoded.message))).toStrictEqual(golden(name));
  });

  test.each(fromGateway)('%s decodes to the very same, and encoding brings it back', (name) => {
    const decoded = decodeGatewayMessage(goldenText(name));
    expect(decoded).toStrictEqual({ ok: true, message: golden(name) });
    if (decoded.ok) expect(JSON.parse(encode(decoded.message))).toStrictEqual(golden(name));
  });

  test.each(fromGateway)('a collector that sends %s is refused', (name) => {
    expect(decodeCollectorMessage(goldenText(name)).ok).toBe(false);
  });
});

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, place) => [`a${place}`, place]));

const withSnapshot = (path: (string | number)[], value: unknown) => withChange('snapshot', path, value);
const withInventory = (path: (string | number)[], value: unknown) => withChange('inventory', path, value);

/** A golden frame with one place changed: `['readings', 0]` to `-1`. */
function withChange(name: string, path: (string | number)[], value: unknown): string {
  const frame = golden(name);
  const last = path.at(-1) as string | number;
  const parent = path.slice(0, -1).reduce((node, part) => node[part], frame);
  parent[last] = value;
  return JSON.stringify(frame);
}

const reasonOf = (text: string): string => {
  const decoded = decodeCollectorMessage(text);
  return decoded.ok ? 'accepted' : decoded.reason;
};

describe('hostile frames are refused with a short sentence', () => {
  const layout = ['layout', 'description'];
  test.each([
    ['a negative reading', withSnapshot(['readings', 0], -1), 'readings[0]'],
    ['a broken reading', withSnapshot(['readings', 0], 0.5), 'readings[0]'],
    ['2^63', withSnapshot(['readings', 0], 2 ** 63), 'readings[0]'],
    ['a reading as text', withSnapshot(['readings', 0], '1'), 'readings[0]'],
    ['1e999', withSnapshot(['readings', 0], 1).replace('"readings":[1,', '"readings":[1e999,'), 'readings[0]'],
    ['sequence 0', withSnapshot(['sequence'], 0), 'sequence'],
    ['a series of another version', withSnapshot([...layout, 'entries', 0, 'series'], 'constructor'), 'series'],
    ['an entry of no store', withSnapshot([...layout, 'entries', 0, 'storeKey'], 'mount:/x'), 'mount:/x'],
    ['a NUL in a name', withSnapshot([...layout, 'stores', 0, 'name'], '/srv/\0'), 'holds a NUL'],
    ['a name of 64 kB', withSnapshot([...layout, 'stores', 0, 'name'], 'x'.repeat(65_536)), 'name'],
    ['a time of no calendar', withSnapshot(['takenAt'], '2025-02-30T00:00:00Z'), 'takenAt'],
    ['5,000 readings', withSnapshot(['readings'], new Array(5_000).fill(1)), 'readings'],
  ])('%s', (_, text, part) => {
    expect(reasonOf(text)).toContain(part);
  });

  test.each([
    ['an item of no kind', withInventory(['items', 0, 'kind'], 'constructor'), 'items[0].kind'],
    ['a key of nothing', withInventory(['items', 0, 'key'], ''), 'items[0].key'],
    ['a key of 513 characters', withInventory(['items', 0, 'key'], 'x'.repeat(513)), 'items[0].key'],
    ['a NUL in a key', withInventory(['items', 0, 'key'], 'volume:\0'), 'holds a NUL'],
    ['half a surrogate pair in a state', withInventory(['items', 0, 'state'], '\ud800'), 'items[0].state'],
    ['a broken size', withInventory(['items', 0, 'sizeBytes'], 0.5), 'items[0].sizeBytes'],
    ['more for certain than at the most', withInventory(['items', 3, 'leastBytes'], 49_153), 'for certain'],
    ['a most without a least', withInventory(['items', 3, 'leastBytes'], null), 'for certain'],
    ['33 attributes', withInventory(['items', 0, 'attributes'], many(33)), 'too many attributes'],
    ['an attribute that is a list', withInventory(['items', 0, 'attributes', 'device'], []), 'attributes'],
    ['5,001 items', withInventory(['items'], new Array(5_001).fill(golden('inventory').items[0])), 'items'],
    ['5,001 keys', withInventory(['removed'], new Array(5_001).fill('volume:x')), 'removed'],
    ['1,025 scopes', withInventory(['scopes'], new Array(1_025).fill(golden('inventory').scopes[0])), 'scopes'],
    ['a scope that is almost read', withInventory(['scopes', 0, 'status'], 'almost'), 'scopes[0].status'],
    ['part 3 of 2', withInventory(['part'], 3), 'beyond the last'],
    ['part 0', withInventory(['part'], 0), 'part'],
    ['65 parts', withInventory(['parts'], 65), 'parts'],
    ['a base of 0', withInventory(['baseSequence'], 0), 'baseSequence'],
  ])('of an inventory, %s', (_, text, part) => {
    const decoded = decodeCollectorFrame(Buffer.concat([Uint8Array.of(RAW_DEFLATE_TAG), deflateRawSync(text)]), true);
    expect(decoded.ok ? 'accepted' : decoded.reason).toContain(part);
  });

  test.each([
    ['nothing', ''],
    ['half a frame', goldenText('snapshot').slice(0, 500)],
    ['NaN, which JSON has not', goldenText('snapshot').replace('"sequence": 1', '"sequence": NaN')],
    ['a bare word', 'hello'],
  ])('%s is no JSON', (_, text) => {
    expect(reasonOf(text)).toBe('the frame is not JSON');
  });

  test.each([['null'], ['[]'], ['1'], ['{}'], ['{"type":"toString"}'], ['{"type":null}']])(
    '%s is no message',
    (text) => {
      expect(decodeCollectorMessage(text).ok).toBe(false);
      expect(decodeGatewayMessage(text).ok).toBe(false);
    },
  );

  test('depth 10,000 is refused before anything is parsed', () => {
    expect(reasonOf('['.repeat(10_000))).toContain(`deeper than ${MAX_DEPTH}`);
    expect(reasonOf(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`)).toContain(`deeper than ${MAX_DEPTH}`);
  });

  test.each([
    ['[', ']'],
    ['{"a":', '}'],
  ])('%s may be nested as deep as the limit, and no deeper', (open, close) => {
    const nested = (depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;
    expect(reasonOf(nested(MAX_DEPTH))).not.toContain('deeper');
    expect(reasonOf(nested(MAX_DEPTH + 1))).toContain(`deeper than ${MAX_DEPTH}`);
    expect(reasonOf(`[${nested(MAX_DEPTH)}]`)).toContain(`deeper than ${MAX_DEPTH}`);
  });

  test('brackets within strings are no depth, however they are escaped', () => {
    const hello = golden('hello');
    hello.host.distribution = `\\"${'['.repeat(100)}\\`;
    expect(decodeCollectorMessage(JSON.stringify(hello))).toStrictEqual({ ok: true, message: hello });
  });

  test('a frame over the limit is refused, counted in bytes and not in characters', () => {
    expect(reasonOf(' '.repeat(MAX_FRAME_BYTES + 1))).toContain('longer than');
    expect(reasonOf(`"${'€'.repeat(MAX_FRAME_BYTES / 2)}"`)).toContain('longer than');
  });

  test('a hostile name neither fills the reason nor brings control characters into it', () => {
    const key = `\u202e\u001b[31m${'x'.repeat(MAX_NAME_CHARACTERS - 10)}`;
    const reason = reasonOf(withSnapshot(['layout', 'description', 'entries', 0, 'storeKey'], key));
    expect(reason.length).toBeLessThanOrEqual(MAX_DECODE_REASON_CHARACTERS);
    expect(reason).not.toMatch(/\p{C}/u);
  });
});

describe('compressed frames', () => {
  const compressed = (text: string | Buffer) => Buffer.concat([Uint8Array.of(RAW_DEFLATE_TAG), deflateRawSync(text)]);
  const told = (data: Buffer, isBinary = true) => {
    const decoded = decodeCollectorFrame(data, isBinary);
    return decoded.ok ? 'accepted' : decoded.reason;
  };

  test.each(fromCollector)('%s comes through as text and compressed alike', (name) => {
    const same = { ok: true, message: golden(name) };
    expect(decodeCollectorFrame(Buffer.from(goldenText(name)), false)).toStrictEqual(same);
    expect(decodeCollectorFrame(compressed(goldenText(name)), true)).toStrictEqual(same);
  });

  test('only what is long goes compressed, and comes back', () => {
    const short = golden('snapshot-known-layout');
    expect(encodeFrame(short)).toBe(JSON.stringify(short));
    const long = golden('snapshot');
    expect(JSON.stringify(long).length).toBeGreaterThan(COMPRESS_FROM_BYTES);
    const frame = encodeFrame(long);
    if (typeof frame === 'string') throw new Error('it went as text');
    expect(frame.length).toBeLessThan(JSON.stringify(long).length / 2);
    expect(decodeCollectorFrame(frame, true)).toStrictEqual({ ok: true, message: long });
  });

  test('1 MB that inflates to 1 GB is refused at the bound', () => {
    const sixteenth = deflateRawSync(Buffer.alloc(64 * 1024 * 1024, ' '), { finishFlush: constants.Z_FULL_FLUSH });
    const bomb = Buffer.concat([Uint8Array.of(RAW_DEFLATE_TAG), ...new Array(16).fill(sixteenth), deflateRawSync('')]);
    expect(bomb.length).toBeLessThanOrEqual(MAX_FRAME_BYTES);
    expect(told(bomb)).toBe(`the frame inflates to more than ${MAX_INFLATED_BYTES} bytes`);
  });

  const whole = compressed(goldenText('snapshot'));
  test.each([
    ['an empty frame', Buffer.alloc(0), 'is empty'],
    ['an unknown tag', Buffer.concat([Uint8Array.of(2), whole.subarray(1)]), 'the tag 2'],
    ['JSON sent as binary', Buffer.from(goldenText('gap')), 'the tag 123'],
    ['a tag alone', whole.subarray(0, 1), 'no whole raw deflate'],
    ['a frame cut short', whole.subarray(0, -1), 'no whole raw deflate'],
    ['gzip', Buffer.concat([Uint8Array.of(RAW_DEFLATE_TAG), gzipSync('{}')]), 'no whole raw deflate'],
    ['what is no UTF-8', compressed(Buffer.of(0x22, 0xff, 0x22)), 'not UTF-8'],
    ['what is no JSON', compressed('{"type":'), 'not JSON'],
    ['depth 10,000', compressed('['.repeat(10_000)), 'deeper than'],
    ['a frame over the limit', Buffer.alloc(MAX_FRAME_BYTES + 1, RAW_DEFLATE_TAG), 'longer than'],
  ])('%s is refused with a sentence', (_, data, part) => {
    expect(told(data)).toContain(part);
  });

  test('a text frame is bounded as sent', () => {
    expect(told(Buffer.alloc(MAX_FRAME_BYTES + 1, ' '), false)).toContain('longer than');
    expect(told(Buffer.of(0x22, 0xff, 0x22), false)).toContain('not UTF-8');
  });
});

describe('tolerance', () => {
  test('a message of a later minor version is told from one that is wrong', () => {
    const type = (text: string) => {
      const decoded = decodeGatewayMessage(text);
      return decoded.ok ? null : decoded.unknownType;
    };
    expect(type('{"type":"later","of":1}')).toBe('later');
    expect(type(`{"type":"\\u001b${'x'.repeat(100)}"}`)).toMatch(/^\ufffdx{62}…$/);
    for (const text of ['{"type":"ack"}', '{"type":1}', '{}', '[]', 'null', '{']) expect(type(text)).toBeUndefined();
  });

  test('__proto__ and constructor change nothing', () => {
    const text = goldenText('hello').replace(
      '{',
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},',
    );
    expect(decodeCollectorMessage(text)).toStrictEqual({ ok: true, message: golden('hello') });
    expect({}).not.toHaveProperty('polluted');
  });

  test('fields of a later minor version are dropped', () => {
    const text = goldenText('snapshot-known-layout').replace('{', '{"inventoryNumber":7,');
    expect(decodeCollectorMessage(text)).toStrictEqual({ ok: true, message: golden('snapshot-known-layout') });
  });

  test('a name of any alphabet and direction comes through unchanged', () => {
    const frame = golden('hello');
    frame.host.name = '<script>\u202eحاسوب';
    expect(decodeCollectorMessage(JSON.stringify(frame))).toStrictEqual({ ok: true, message: frame });
  });
});
