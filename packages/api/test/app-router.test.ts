import {
  type LiveChange,
  MAX_API_KEY_DAYS,
  MAX_FINDING_GROUPS,
  MAX_FINDINGS_OFFSET,
  MAX_FLEET_PAGE,
  MAX_GROWERS,
  MAX_HORIZON_DAYS,
  MAX_LISTED_COLLECTORS,
  MAX_LISTED_EVENTS,
  MAX_LISTED_FINDINGS,
  MAX_MUTE_REASON_CHARACTERS,
  MAX_SILENT_HOURS,
  MAX_TAG_CHARACTERS,
  MAX_TAGS,
  MAX_TOKEN_USES,
  MIN_SLOW_BEAT_SECONDS,
} from '@silt/domain';
import { type HistoryQuery, ServiceError, type ServiceErrorCode, type WebServices } from '@silt/services';
import { TRPCError } from '@trpc/server';
import { describe, expect, it } from 'vitest';
import {
  appRouter,
  createApiCaller,
  INTERNAL_MESSAGE,
  MAX_FILTER_LENGTH,
  MAX_FINDING_NO,
  MAX_HISTORY_POINTS,
  MAX_INVENTORY_ITEMS,
  MAX_RULE_ID_LENGTH,
  MAX_STORE_KEY_LENGTH,
} from '../src/index.ts';
import { HOST_ID, SESSION, stubServices } from './stub-services.ts';

const paths = Object.keys(appRouter._def.procedures);

function callPath(path: string, caller: ReturnType<typeof createApiCaller>, input: unknown): Promise<unknown> {
  const procedure = path.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], caller);
  return (procedure as (input: unknown) => Promise<unknown>)(input);
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof TRPCError ? error.code : String(error)),
  );

describe('a caller without a session', () => {
  it('finds the procedures that the pages use', () => {
    expect(paths.sort()).toEqual([
      'apiKeys.create',
      'apiKeys.list',
      'apiKeys.revoke',
      'backtest.get',
      'backtest.start',
      'collectors.address',
      'collectors.awaited',
      'collectors.createToken',
      'collectors.expiries',
      'collectors.hosts',
      'collectors.removeExpiry',
      'collectors.retireHost',
      'collectors.revokeKeys',
      'collectors.setExpiry',
      'collectors.tokens',
      'collectors.withdrawToken',
      'compare.get',
      'findings.blindness',
      'findings.counts',
      'findings.get',
      'findings.groups',
      'findings.list',
      'findings.mute',
      'findings.unmute',
      'fleet.growers',
      'fleet.page',
      'host.events',
      'host.get',
      'host.inventory',
      'live.changes',
      'session.current',
      'store.forecast',
      'store.get',
      'store.history',
      'store.holdings',
      'tagSettings.list',
      'tagSettings.remove',
      'tagSettings.set',
    ]);
  });

  it.each(paths)('is refused by %s before its input is looked at or a service is called', async (path) => {
    const caller = createApiCaller({ services: stubServices({}), session: null });
    expect(await codeOf(callPath(path, caller, { nonsense: true }))).toBe('UNAUTHORIZED');
  });
});

describe('errors of services', () => {
  const failWith = (error: Error) =>
    createApiCaller({
      session: SESSION,
      services: stubServices({
        getHost: async () => {
          throw error;
        },
      }),
    }).host.get({ hostId: HOST_ID });

  it.each([
    ['not-found', 'NOT_FOUND'],
    ['bad-input', 'BAD_REQUEST'],
    ['setup-token-invalid', 'FORBIDDEN'],
    ['not-signed-in', 'UNAUTHORIZED'],
    ['forbidden', 'FORBIDDEN'],
    ['conflict', 'CONFLICT'],
    ['too-many-requests', 'TOO_MANY_REQUESTS'],
    ['unavailable', 'SERVICE_UNAVAILABLE'],
  ] as [ServiceErrorCode, string][])('%s becomes %s and keeps its sentence', async (code, expected) => {
    const error = await failWith(new ServiceError(code, 'Do this.')).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: expected, message: 'Do this.' });
  });

  it('that nobody foresaw become INTERNAL without their message', async () => {
    const error = await failWith(new Error('password of the database is hunter2')).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'INTERNAL_SERVER_ERROR', message: INTERNAL_MESSAGE });
  });

  it('are mapped in the middle of a stream too', async () => {
    const services = stubServices({
      async *changes(): AsyncIterable<LiveChange> {
        yield { kind: 'many' };
        throw new ServiceError('unavailable', 'The database does not answer.');
      },
    });
    const stream = await createApiCaller({ services, session: SESSION }).live.changes();
    const seen: LiveChange[] = [];
    const reading = (async () => {
      for await (const change of stream) seen.push(change);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(seen).toEqual([{ kind: 'many' }]);
  });
});

describe('inputs', () => {
  const caller = createApiCaller({ services: stubServices({}), session: SESSION });
  const store = { hostId: HOST_ID, storeKey: 'mount:/' };
  const MOMENT = '2026-03-10T00:00:00Z';
  const PAGE = { sort: 'fill', descending: true, offset: 0, limit: 50 };
  const list = { retired: false, text: '', limit: 50 };
  const backtest = {
    ...{ hostId: null, storeKey: null, tag: null, horizonsDays: [7, 14] },
    ...{ from: '2026-02-01T00:00:00Z', to: MOMENT },
  };
  const setting = { tag: 'ci', horizonDays: 14, fastBeatSeconds: null, slowBeatSeconds: null };
  const found = { list: 'standing', language: 'en', offset: 0, limit: 50 };
  const finding = { hostId: HOST_ID, findingNo: 1 };
  const mute = { ...finding, reason: 'known', until: null };
  const token = { form: 'host', tags: ['ci'], uses: 1, hostId: null };

  it.each([
    ['host.events', { hostId: HOST_ID, limit: 0 }],
    ['host.events', { hostId: HOST_ID, limit: MAX_LISTED_EVENTS + 1 }],
    ['collectors.hosts', { ...list, limit: MAX_LISTED_COLLECTORS + 1 }],
    ['collectors.hosts', { ...list, text: 'x'.repeat(MAX_FILTER_LENGTH + 1) }],
    ['collectors.awaited', { tokenId: 'silt-enrol-x' }],
    ['collectors.createToken', { ...token, form: 'windows' }],
    ['collectors.createToken', { ...token, uses: 0 }],
    ['collectors.createToken', { ...token, uses: MAX_TOKEN_USES + 1 }],
    ['collectors.createToken', { ...token, tags: [''] }],
    ['collectors.createToken', { ...token, tags: ["'; sudo rm -rf /"] }],
    ['collectors.createToken', { ...token, tags: ['x'.repeat(MAX_TAG_CHARACTERS + 1)] }],
    ['collectors.createToken', { ...token, tags: Array.from({ length: MAX_TAGS + 1 }, (_, n) => `t${n}`) }],
    ['collectors.createToken', { ...token, organisationId: SESSION.organisation.id }],
    ['collectors.withdrawToken', { tokenId: '' }],
    ['collectors.revokeKeys', { hostId: 'localhost' }],
    ['collectors.retireHost', { hostId: HOST_ID, role: 'owner' }],
    ['collectors.setExpiry', { tag: 'ci', silentHours: 0 }],
    ['collectors.setExpiry', { tag: 'ci', silentHours: 1.5 }],
    ['collectors.setExpiry', { tag: 'ci', silentHours: MAX_SILENT_HOURS + 1 }],
    ['collectors.removeExpiry', { tag: '' }],
    ['tagSettings.set', { ...setting, tag: 'a b' }],
    ['tagSettings.set', { ...setting, horizonDays: MAX_HORIZON_DAYS + 1 }],
    ['tagSettings.set', { ...setting, horizonDays: '14' }],
    ['tagSettings.set', { ...setting, fastBeatSeconds: 0 }],
    ['tagSettings.set', { ...setting, slowBeatSeconds: MIN_SLOW_BEAT_SECONDS - 1 }],
    ['tagSettings.set', { tag: 'ci', horizonDays: 14 }],
    ['tagSettings.remove', { tag: 'x'.repeat(MAX_TAG_CHARACTERS + 1) }],
    ['backtest.start', { ...backtest, hostId: 'x' }],
    ['backtest.start', { ...backtest, storeKey: '' }],
    ['backtest.start', { ...backtest, tag: '' }],
    ['backtest.start', { ...backtest, from: 'yesterday' }],
    ['backtest.start', { ...backtest, to: '2026-03-01' }],
    ['backtest.start', { ...backtest, horizonsDays: [] }],
    ['backtest.start', { ...backtest, horizonsDays: [MAX_HORIZON_DAYS + 1] }],
    ['backtest.start', { ...backtest, horizonsDays: [1, 2, 3, 4, 5] }],
    ['backtest.start', { hostId: null }],
    ['backtest.get', { backtestId: 'x' }],
    ['apiKeys.create', { name: 'x', days: 0 }],
    ['apiKeys.create', { name: 'x', days: MAX_API_KEY_DAYS + 1 }],
    ['apiKeys.create', { name: 'x' }],
    ['apiKeys.create', { name: 'x'.repeat(MAX_FILTER_LENGTH + 1), days: 90 }],
    ['apiKeys.create', { name: 'x', days: 90, userId: SESSION.user.id }],
    ['apiKeys.revoke', { keyId: 'silt_key_x' }],
    ['host.get', { hostId: 'localhost' }],
    ['host.get', { hostId: HOST_ID, organisationId: SESSION.organisation.id }],
    ['store.get', { ...store, storeKey: '' }],
    ['store.get', { ...store, storeKey: 'x'.repeat(MAX_STORE_KEY_LENGTH + 1) }],
    ['store.history', { ...store, range: '1y', points: 100 }],
    ['store.history', { ...store, range: 'toString', points: 100 }],
    ['store.history', { ...store, range: '1h', points: 1 }],
    ['store.history', { ...store, range: '1h', points: 1.5 }],
    ['store.history', { ...store, range: '1h', points: MAX_HISTORY_POINTS + 1 }],
    ['store.history', { ...store, range: '1h', points: 100, at: 'yesterday' }],
    ['store.holdings', { ...store, range: '1h', points: 1 }],
    ['store.get', { ...store, at: '2026-03-10' }],
    ['store.forecast', { ...store, at: '2026-03-10' }],
    ['store.forecast', { ...store, range: '1h' }],
    ['host.get', { hostId: HOST_ID, at: '2026-03-10T00:00:00' }],
    ['host.get', { hostId: HOST_ID, at: null }],
    ['host.inventory', { hostId: HOST_ID }],
    ['host.inventory', { hostId: HOST_ID, limit: 0 }],
    ['host.inventory', { hostId: HOST_ID, limit: MAX_INVENTORY_ITEMS + 1 }],
    ['host.inventory', { hostId: HOST_ID, limit: 10, storeKey: '' }],
    ['compare.get', { ...store, a: MOMENT }],
    ['compare.get', { ...store, a: MOMENT, b: 'now' }],
    ['compare.get', { hostId: HOST_ID, a: MOMENT, b: MOMENT }],
    ['fleet.page', { ...PAGE, sort: 'soonest' }],
    ['fleet.page', { ...PAGE, limit: MAX_FLEET_PAGE + 1 }],
    ['fleet.page', { ...PAGE, offset: -1 }],
    ['fleet.page', { ...PAGE, state: 'bad' }],
    ['fleet.page', { ...PAGE, text: 'x'.repeat(MAX_FILTER_LENGTH + 1) }],
    ['fleet.growers', { range: '1h', limit: 10 }],
    ['findings.list', { ...found, list: 'open' }],
    ['findings.list', { ...found, language: 'de' }],
    ['findings.list', { ...found, limit: MAX_LISTED_FINDINGS + 1 }],
    ['findings.list', { ...found, offset: MAX_FINDINGS_OFFSET + 1 }],
    ['findings.list', { ...found, offset: -1 }],
    ['findings.list', { ...found, severities: ['bad'] }],
    ['findings.list', { ...found, severities: ['critical', 'critical', 'critical', 'critical'] }],
    ['findings.list', { ...found, text: 'x'.repeat(MAX_FILTER_LENGTH + 1) }],
    ['findings.list', { ...found, rule: 'x'.repeat(MAX_RULE_ID_LENGTH + 1) }],
    ['findings.list', { ...found, hostId: 'localhost' }],
    ['findings.list', { ...found, storeKey: 'x'.repeat(MAX_STORE_KEY_LENGTH + 1) }],
    ['findings.list', { ...found, by: 'rule' }],
    ['findings.groups', found],
    ['findings.groups', { ...found, by: 'store' }],
    ['findings.groups', { ...found, by: 'host', limit: MAX_FINDING_GROUPS + 1 }],
    ['findings.get', finding],
    ['findings.get', { ...finding, language: 'en', findingNo: -1 }],
    ['findings.get', { ...finding, language: 'en', findingNo: MAX_FINDING_NO + 1 }],
    ['findings.blindness', { hostId: HOST_ID }],
    ['findings.mute', { ...mute, until: undefined }],
    ['findings.mute', { ...mute, until: 'tomorrow' }],
    ['findings.mute', { ...mute, reason: 'x'.repeat(2 * MAX_MUTE_REASON_CHARACTERS + 1) }],
    ['findings.mute', { ...mute, by: SESSION.user.id }],
    ['findings.unmute', { ...finding, findingNo: 1.5 }],
    ['fleet.growers', { range: '30d', limit: MAX_GROWERS + 1 }],
  ])('beyond their limits are refused by %s: %j', async (path, input) => {
    expect(await codeOf(callPath(path, caller, input))).toBe('BAD_REQUEST');
  });

  it('turn moments of any offset into dates, and ranges into days', async () => {
    const asked: unknown[] = [];
    const services = stubServices({
      compare: async (_, query) => {
        asked.push(query);
        return { a: SIDE, b: SIDE, stores: [] };
      },
      fleetGrowers: async (_, query) => {
        asked.push(query);
        return [];
      },
    });
    const SIDE = { asked: MOMENT, observedAt: null, inventoryReadAt: null };
    const api = createApiCaller({ services, session: SESSION });
    await api.compare.get({ hostId: HOST_ID, storeKey: null, a: MOMENT, b: '2026-03-10T03:00:00+02:00' });
    await api.fleet.growers({ range: '30d', limit: 10 });
    const [a, b] = [new Date(MOMENT), new Date('2026-03-10T01:00:00Z')];
    expect(asked).toEqual([
      { hostId: HOST_ID, storeKey: null, a, b },
      { rangeDays: 30, limit: 10 },
    ]);
  });

  it('never say who acts: that is the session alone', async () => {
    const acted: unknown[] = [];
    const collectors = { retireHost: async (actor: unknown, hostId: string) => void acted.push([actor, hostId]) };
    const services = stubServices({ collectors: collectors as unknown as WebServices['collectors'] });
    await createApiCaller({ services, session: { ...SESSION, role: 'member' } }).collectors.retireHost({
      hostId: HOST_ID,
    });
    const { organisation, user } = SESSION;
    expect(acted).toEqual([[{ organisationId: organisation.id, userId: user.id, role: 'member' }, HOST_ID]]);
  });

  it('reach the service with the organisation of the session and the range in seconds', async () => {
    const asked: [string, HistoryQuery][] = [];
    const history = { from: '', to: '', bucketSeconds: 1, times: [], series: [], gaps: [] };
    const services = stubServices({
      storeHistory: async (organisationId, query) => {
        asked.push([organisationId, query]);
        return history;
      },
    });
    await createApiCaller({ services, session: SESSION }).store.history({ ...store, range: '7d', points: 500 });
    expect(asked).toEqual([[SESSION.organisation.id, { ...store, rangeSeconds: 604_800, points: 500 }]]);
  });
});

describe('an API key', () => {
  const services = stubServices({ fleetGrowers: async () => [] });
  const caller = createApiCaller({ services, session: { ...SESSION, apiKeyId: HOST_ID } });
  const procedures = appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>;
  const changes = paths.filter((path) => procedures[path]?._def.type === 'mutation');

  it.each(changes)('may not change anything by %s, whatever its user may', async (path) => {
    const error = await callPath(path, caller, { nonsense: true }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('may only read') });
  });

  it('reads', async () => {
    expect(await caller.fleet.growers({ range: '30d', limit: 1 })).toEqual([]);
  });
});
