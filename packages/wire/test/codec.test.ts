import { describe, expect, test } from 'vitest';
import {
  decodeCollectorMessage,
  decodeGatewayMessage,
  encode,
  MAX_DECODE_REASON_CHARACTERS,
  MAX_DEPTH,
  MAX_FRAME_BYTES,
  MAX_NAME_CHARACTERS,
} from '../src/index.ts';
import { golden, goldenText } from './golden-frame.ts';

const fromCollector = ['hello', 'snapshot', 'snapshot-known-layout'];
const fromGateway = ['challenge', 'welcome', 'ack', 'refused'];

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

/** A golden snapshot with one place changed: `['readings', 0]` to `-1`. */
function withSnapshot(path: (string | number)[], value: unknown): string {
  const frame = golden('snapshot');
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

describe('tolerance', () => {
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
