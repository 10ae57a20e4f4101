import { describe, expect, test } from 'vitest';
import { problemOf, summarise } from '../src/problem.ts';

describe('one report of many problems', () => {
  const unavailable = { status: 'unavailable', text: '/a: permission denied' } as const;
  const failed = { status: 'failed', text: '/b: input/output error' } as const;
  const partly = { status: 'partly', text: '1 of 37 processes: permission denied' } as const;

  test('without any is ok, and has no reason', () => {
    expect(summarise([])).toEqual({ status: 'ok', reason: null });
  });

  test('what was read but for some of many is ok, with the reason', () => {
    expect(summarise([partly])).toEqual({ status: 'ok', reason: '1 of 37 processes: permission denied.' });
  });

  test('the worst one speaks, the others are counted, in whatever order they came', () => {
    const reason = '/b: input/output error, and 2 more.';
    expect(summarise([partly, unavailable, failed])).toEqual({ status: 'failed', reason });
    expect(summarise([failed, partly, unavailable])).toEqual({ status: 'failed', reason });
    expect(summarise([partly, unavailable])).toEqual({
      status: 'unavailable',
      reason: '/a: permission denied, and 1 more.',
    });
  });

  test('a reason is of a bounded length and without NUL', () => {
    const { reason } = summarise([{ status: 'failed', text: `a\0${'x'.repeat(5_000)}` }, unavailable]);
    expect(reason).toHaveLength(1_024);
    expect(reason).toMatch(/^a\u{FFFD}x+…, and 1 more\.$/u);
  });
});

test.each([
  ['EACCES', { status: 'unavailable', text: '/x: permission denied' }],
  ['ENOENT', { status: 'unavailable', text: '/x: not there' }],
  ['ECONNREFUSED', { status: 'unavailable', text: '/x: nothing listens' }],
  ['EIO', { status: 'failed', text: '/x: input/output error' }],
  ['ESTALE', { status: 'failed', text: '/x: stale file handle' }],
])('%s is told in words', (code, problem) => {
  expect(problemOf('/x', Object.assign(new Error('of the system'), { code }))).toEqual(problem);
});

test('what is no error of the system is told in its own words', () => {
  expect(problemOf('/x', new Error('too long'))).toEqual({ status: 'failed', text: '/x: too long' });
  expect(problemOf('/x', 'thrown text')).toEqual({ status: 'failed', text: '/x: thrown text' });
});
