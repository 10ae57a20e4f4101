import {
  type LiveChange,
  MAX_LISTED_COLLECTORS,
  MAX_LISTED_EVENTS,
  MAX_SILENT_HOURS,
  MAX_TAG_CHARACTERS,
  MAX_TAGS,
  MAX_TOKEN_USES,
} from '@silt/domain';
import { type HistoryQuery, ServiceError, type ServiceErrorCode, type WebServices } from '@silt/services';
import { TRPCError } from '@trpc/server';
import { describe, expect, it } from 'vitest';
import {
  appRouter,
  createApiCaller,
  INTERNAL_MESSAGE,
  MAX_FILTER_LENGTH,
  MAX_HISTORY_POINTS,
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
      'fleet.list',
      'host.events',
      'host.get',
      'live.changes',
      'session.current',
      'store.get',
      'store.history',
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
  const list = { retired: false, text: '', limit: 50 };
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
    ['host.get', { hostId: 'localhost' }],
    ['host.get', { hostId: HOST_ID, organisationId: SESSION.organisation.id }],
    ['store.get', { ...store, storeKey: '' }],
    ['store.get', { ...store, storeKey: 'x'.repeat(MAX_STORE_KEY_LENGTH + 1) }],
    ['store.history', { ...store, range: '1y', points: 100 }],
    ['store.history', { ...store, range: 'toString', points: 100 }],
    ['store.history', { ...store, range: '1h', points: 1 }],
    ['store.history', { ...store, range: '1h', points: 1.5 }],
    ['store.history', { ...store, range: '1h', points: MAX_HISTORY_POINTS + 1 }],
  ])('beyond their limits are refused by %s: %j', async (path, input) => {
    expect(await codeOf(callPath(path, caller, input))).toBe('BAD_REQUEST');
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
