import type { FleetRow } from '@silt/domain';
import { describe, expect, it } from 'vitest';
import { readFleetQuery, writeFleetQuery } from '../src/features/fleet/fleet-query.ts';
import { compareRows, matches } from '../src/features/fleet/fleet-rows.ts';

const row = (name: string, change: Partial<FleetRow> = {}): FleetRow => ({
  hostId: name,
  name,
  tags: [],
  simulated: false,
  connection: 'connected',
  state: 'ok',
  backEnds: ['ext4'],
  fullest: null,
  sparkline: [],
  growth: null,
  lastSeenAt: null,
  retiredAt: null,
  coverage: { read: 5, total: 5 },
  ...change,
});
const filled = (name: string, fill: number, change: Partial<FleetRow> = {}): FleetRow =>
  row(name, {
    fullest: { storeKey: 'mount:/', storeName: '/', resource: 'space', used: fill, capacity: 1, fill },
    ...change,
  });

describe('the fleet in its default order', () => {
  it('has the worst state first, the fuller first within it, unknown last, and names in counting order', () => {
    const rows = [
      filled('unknown-full', 0.99, { state: 'unknown' }),
      filled('ok-low', 0.2),
      filled('host-10', 0.7),
      filled('host-9', 0.7),
      filled('warning', 0.9, { state: 'warning' }),
      filled('critical', 0.97, { state: 'critical' }),
      row('ok-not-read'),
    ];
    const sorted = rows.sort((a, b) => compareRows(a, b, { column: 'state', descending: false }));
    expect(sorted.map(({ name }) => name)).toEqual([
      'critical',
      'warning',
      'host-9',
      'host-10',
      'ok-low',
      'ok-not-read',
      'unknown-full',
    ]);
  });
});

describe('a column', () => {
  it.each([true, false])('has what is not known last (descending: %s)', (descending) => {
    const rows = [
      row('a'),
      row('b', { growth: { perDay: -5, unit: 'bytes' } }),
      row('c', { growth: { perDay: 5, unit: 'bytes' } }),
    ];
    const sorted = rows.sort((a, b) => compareRows(a, b, { column: 'growth', descending }));
    expect(sorted.map(({ name }) => name)).toEqual(descending ? ['c', 'b', 'a'] : ['b', 'c', 'a']);
  });
});

describe('the filter', () => {
  const host = row('ci-runner-07', { tags: ['ci'], backEnds: ['btrfs', 'overlay2'], state: 'warning' });
  it.each([
    ['runner', true],
    ['CI BTRFS', true],
    ['ci thin', false],
    ['   ', true],
  ])('"%s" looks for every word in name, tags and back ends: %s', (text, expected) => {
    expect(matches(host, { text, states: [] })).toBe(expected);
  });

  it('by states leaves out the others', () => {
    expect(matches(host, { text: '', states: ['critical'] })).toBe(false);
    expect(matches(host, { text: '', states: ['critical', 'warning'] })).toBe(true);
  });
});

describe('the address', () => {
  it('holds nothing while all is as by default', () => {
    const query = readFleetQuery(new URLSearchParams());
    expect(query).toEqual({ text: '', states: [], sort: { column: 'state', descending: false } });
    expect(writeFleetQuery(query)).toBe('');
  });

  it('gives back what was put into it', () => {
    const query = {
      text: 'a&b=c #1',
      states: ['critical' as const, 'unknown' as const],
      sort: { column: 'growth' as const, descending: true },
    };
    expect(readFleetQuery(new URLSearchParams(writeFleetQuery(query)))).toEqual(query);
  });

  it('with nonsense in it reads as the default', () => {
    const query = readFleetQuery(new URLSearchParams('state=bad,toString&sort=-__proto__'));
    expect(query).toEqual({ text: '', states: [], sort: { column: 'state', descending: false } });
  });
});
