import type { LiveChange } from '@silt/domain';
import { describe, expect, it } from 'vitest';
import { safeTarget } from '../src/features/session/safe-target.ts';
import { readRange } from '../src/features/store/range.ts';
import { contentSecurityPolicy } from '../src/server/content-security-policy.ts';
import { readLimitedText } from '../src/server/read-limited-text.ts';
import { errorKey, mayRetry } from '../src/shared/api/error-key.ts';
import { chooseLocale } from '../src/shared/intl/locale.ts';
import { readTimeZone } from '../src/shared/intl/time-zone.ts';
import { isTouched, LONG_RANGE_REFRESH_MILLISECONDS } from '../src/shared/live/touched-query.ts';

describe('the language', () => {
  it.each([
    ['zh-CN', 'en', 'zh-CN'],
    ['fr', 'zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
    [undefined, 'en-GB,en;q=0.9,zh;q=0.8', 'en'],
    [undefined, 'en;q=0.5, zh-TW;q=0.9', 'zh-CN'],
    [undefined, 'zh;q=0, de', 'en'],
    [undefined, 'fr-FR,de', 'en'],
    [undefined, null, 'en'],
    [undefined, ';;;,=,q=q', 'en'],
  ])('of cookie %s and browser %s is %s', (cookie, header, expected) => {
    expect(chooseLocale(cookie, header)).toBe(expected);
  });
});

describe('the time zone cookie', () => {
  it('is taken when it names a zone, and is UTC else', () => {
    expect(readTimeZone('Europe%2FBerlin')).toBe('Europe/Berlin');
    for (const wrong of [undefined, 'Mars/Olympus', '%', '', 'x'.repeat(1_000)])
      expect(readTimeZone(wrong)).toBe('UTC');
  });
});

describe('the way back after signing in', () => {
  it.each(['/', '/hosts/1?range=7d', '/?q=ci#x'])('may be %s', (to) => expect(safeTarget(to)).toBe(to));
  it.each([
    null,
    '',
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/a\nb',
    '/sign-in?to=/',
    'javascript:alert(1)',
  ])('is the fleet page instead of %j', (to) => expect(safeTarget(to)).toBe('/'));
});

describe('the range in the address', () => {
  it('is a day when it is none that there is', () => {
    expect(readRange('7d')).toBe('7d');
    for (const wrong of [null, '1y', 'toString']) expect(readRange(wrong)).toBe('24h');
  });
});

describe('a failed call', () => {
  it('has a sentence by its code', () => {
    expect(errorKey({ data: { code: 'NOT_FOUND' } })).toBe('NOT_FOUND');
    expect(errorKey({ data: { code: 'INTERNAL_SERVER_ERROR' } })).toBe('OTHER');
    expect(errorKey(new TypeError('fetch failed'))).toBe('OFFLINE');
    expect(errorKey(null)).toBe('OFFLINE');
  });

  it('is tried again only where that can help', () => {
    expect(mayRetry({ data: { code: 'SERVICE_UNAVAILABLE' } })).toBe(true);
    expect(mayRetry({ data: { code: 'UNAUTHORIZED' } })).toBe(false);
  });
});

describe('a change', () => {
  const key = (path: string, input?: object): unknown[] => [path.split('.'), { input, type: 'query' }];
  const ofA: LiveChange = { kind: 'hosts', hostIds: ['a'] };
  it.each([
    ['fleet.page', { sort: 'state', offset: 0 }, true],
    ['fleet.growers', { range: '30d' }, true],
    ['host.get', { hostId: 'a' }, true],
    ['host.get', { hostId: 'b' }, false],
    ['store.get', { hostId: 'a', storeKey: 'x' }, true],
    ['store.history', { hostId: 'a', range: '24h' }, true],
    ['store.history', { hostId: 'b', range: '24h' }, false],
    ['host.events', { hostId: 'a' }, true],
    ['host.events', { hostId: 'b' }, false],
    ['collectors.hosts', { retired: false }, true],
    ['collectors.awaited', { tokenId: 't' }, true],
    ['collectors.address', undefined, false],
    ['session.current', undefined, false],
  ])('of host a touches %s %j: %s', (path, input, expected) => {
    expect(isTouched(key(path, input), 0, ofA, LONG_RANGE_REFRESH_MILLISECONDS)).toBe(expected);
  });

  it('has the growers of the fleet read again once a minute at most', () => {
    expect(isTouched(key('fleet.growers', { range: '7d' }), 1, ofA, LONG_RANGE_REFRESH_MILLISECONDS)).toBe(false);
  });

  it('of many touches every host', () => {
    expect(isTouched(key('host.get', { hostId: 'b' }), 0, { kind: 'many' }, 0)).toBe(true);
  });

  it('has a long range read again once a minute at most', () => {
    const history = key('store.history', { hostId: 'a', range: '30d' });
    expect(isTouched(history, 1_000, ofA, 1_000 + LONG_RANGE_REFRESH_MILLISECONDS - 1)).toBe(false);
    expect(isTouched(history, 1_000, ofA, 1_000 + LONG_RANGE_REFRESH_MILLISECONDS)).toBe(true);
  });
});

describe('the content security policy', () => {
  it('runs no script and no style without the nonce, and lets nobody frame the page', () => {
    const policy = contentSecurityPolicy('abc', false);
    expect(policy).not.toContain('unsafe');
    expect(policy).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic'");
    expect(policy).toContain("frame-ancestors 'none'");
  });
});

describe('a request body', () => {
  const post = (body: string): Request => new Request('http://127.0.0.1/', { method: 'POST', body });
  it('is read up to its limit, and refused beyond it', async () => {
    expect(await readLimitedText(post('é'.repeat(5)), 10)).toBe('ééééé');
    expect(await readLimitedText(post('x'.repeat(11)), 10)).toBeNull();
    expect(await readLimitedText(new Request('http://127.0.0.1/'), 10)).toBe('');
  });
});
