import type { LiveChange, StoreHistory } from '@silt/domain';
import { describe, expect, it } from 'vitest';
import { fillStrip } from '../src/shared/as-of/fill-strip.ts';
import { fromLocalInput, toLocalInput } from '../src/shared/as-of/local-input.ts';
import { readAsOf, withParameter, writeMoment } from '../src/shared/as-of/moment-in-address.ts';
import { isTouched } from '../src/shared/live/touched-query.ts';

const NOW = Date.parse('2026-05-14T12:00:00Z');

describe('the moment in an address', () => {
  it.each([
    ['2026-05-14T09:42Z', '2026-05-14T09:42:00.000Z'],
    ['2026-05-14T09:42:07Z', '2026-05-14T09:42:07.000Z'],
    ['2026-05-14T12:00:00.000Z', '2026-05-14T12:00:00.000Z'],
  ])('%s is read, and written back as short as it can be', (text, at) => {
    expect(readAsOf(text, NOW)).toEqual({ at, problem: null });
    expect(readAsOf(writeMoment(at), NOW).at).toBe(at);
  });

  it('that is not there is live', () => {
    for (const value of [null, undefined, '']) expect(readAsOf(value, NOW)).toEqual({ at: null, problem: null });
  });

  it.each(['yesterday', '2026-05-14', '2026-05-14T09:42', '2026-13-40T09:42Z', '2026-05-14T09:42+02:00', '0'])(
    'that is none, %s, is live and said to be wrong',
    (text) => {
      expect(readAsOf(text, NOW)).toEqual({ at: null, problem: 'invalid' });
    },
  );

  it('that has not come is live and said to be in the future', () => {
    expect(readAsOf('2026-05-14T12:01Z', NOW)).toEqual({ at: null, problem: 'future' });
  });

  it('leaves the other parameters as they are', () => {
    const parameters = new URLSearchParams('range=30d&at=2026-01-01T00:00Z&store=mount:/');
    expect(withParameter(parameters, 'at', '2026-05-14T09:42Z')).toBe(
      '?range=30d&at=2026-05-14T09:42Z&store=mount:%2F',
    );
    expect(withParameter(new URLSearchParams('at=x'), 'at', null)).toBe('');
  });
});

describe('the control of date and time', () => {
  it('is read back as the minute that it was given', () => {
    expect(fromLocalInput(toLocalInput(NOW))).toBe(NOW);
  });

  it.each(['', '0002-05-14T09:42', 'x'])('with %j in it says no moment yet', (text) => {
    expect(fromLocalInput(text)).toBeNull();
  });
});

describe('the fill under the slider', () => {
  const history = (used: (number | null)[]): StoreHistory => ({
    from: '1970-01-01T00:00:00Z',
    to: '1970-01-01T00:00:04Z',
    bucketSeconds: 1,
    times: [0, 1, 2, 3],
    series: [
      { name: 'usedBytes', unit: 'bytes', min: used, max: used, last: used },
      { name: 'capacityBytes', unit: 'bytes', min: [], max: [], last: [4, 4, 4, 4] },
      { name: 'usedInodes', unit: 'count', min: [], max: [], last: [0, 0, 0, 0] },
      { name: 'capacityInodes', unit: 'count', min: [], max: [], last: [9, 9, 9, 9] },
    ],
    gaps: [],
  });
  const window = { from: 0, to: 4_000 };
  const box = { width: 40, height: 20 };

  it('is that of the resource which is fullest at the end', () => {
    // 1, 2, 3, 4 of 4: 25, 50, 75, 100 % of a height of 20.
    expect(fillStrip(history([1, 2, 3, 4]), window, box).line).toBe('M0 15H10L10 10H20L20 5H30L30 0H40');
  });

  it('has a hole where there is no sample', () => {
    const strip = fillStrip(history([2, null, 2, null]), window, box);
    expect(strip.line).toBe('M0 10H10M20 10H30');
    expect(strip.area).toBe('M0 20V10H10L10 20ZM20 20V10H30L30 20Z');
  });

  it('is empty where nothing was read', () => {
    expect(fillStrip({ ...history([]), series: [] }, window, box)).toEqual({ line: '', area: '' });
  });
});

describe('a beat', () => {
  const change: LiveChange = { kind: 'hosts', hostIds: ['a'] };
  const key = (path: string, input: object): unknown[] => [path.split('.'), { input }];

  it('makes what is shown live old, the inventory once a minute', () => {
    expect(isTouched(key('host.get', { hostId: 'a' }), 0, change, 1_000)).toBe(true);
    expect(isTouched(key('host.inventory', { hostId: 'a', limit: 9 }), 0, change, 1_000)).toBe(false);
    expect(isTouched(key('host.inventory', { hostId: 'a', limit: 9 }), 0, change, 60_000)).toBe(true);
  });

  it('does not move what is shown of the past', () => {
    const at = '2026-05-14T09:42:00.000Z';
    const stores = ['store.get', 'store.forecast', 'store.history', 'store.holdings'];
    for (const path of ['host.get', 'host.inventory', ...stores]) {
      expect(isTouched(key(path, { hostId: 'a', at }), 0, change, 9_000_000)).toBe(false);
    }
  });
});
