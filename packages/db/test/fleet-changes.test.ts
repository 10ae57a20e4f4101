import { expect, test } from 'vitest';
import { formatChanges, MAX_CHANGES_BYTES, parseChanges } from '../src/fleet/changes.ts';

const ORGANISATION = '0198a000-0000-7000-8000-0000000000aa';
const HOST = '0198a000-0000-7000-8000-000000000001';

test('what is told is what is heard', () => {
  const hostIds = new Map([[ORGANISATION, [HOST]]]);
  expect(parseChanges(formatChanges(hostIds))).toEqual({ many: false, hostIds });
});

test('more than a notification can hold is told as many', () => {
  const hostIds = new Array(MAX_CHANGES_BYTES / 35).fill(HOST);
  expect(parseChanges(formatChanges(new Map([[ORGANISATION, hostIds]])))).toEqual({ many: true });
});

test.each(['', 'null', '[]', '{"many":false}', '{"x":["y"]}', `{"${ORGANISATION}":[1]}`])(
  'what cannot be read counts as many: %s',
  (payload) => {
    expect(parseChanges(payload)).toEqual({ many: true });
  },
);
