import type { FleetRow } from '@silt/domain';
import { afterEach, describe, expect, test } from 'vitest';
import { SESSION, stubServices } from '../../../packages/api/test/stub-services.ts';
import { runCli } from '../src/run-cli.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { testTerminal } from './test-terminal.ts';
import * as views from './views.ts';

type Services = Parameters<typeof startApiServer>[0];
type Stub = Record<string, unknown>;

/** What moves a cursor or turns text around. */
const UNPRINTABLE = /(?!\n)\p{C}/u;

let server: ApiServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

/** Calls that were made, with the organisation left out. */
let calls: [string, ...unknown[]][] = [];

const ANSWERS: Stub = {
  fleetPage: views.page([views.row('ci-01')]),
  getHost: views.hostView('ci-01'),
  getInventory: views.inventoryView,
  storeHistory: views.storeHistory,
  compare: views.comparison,
  fleetGrowers: views.growersView,
};

async function silt(args: string, answers: Stub = {}) {
  calls = [];
  const stub = Object.entries({ ...ANSWERS, ...answers }).map(([name, value]) => [
    name,
    async (_organisation: string, ...rest: unknown[]) => {
      calls.push([name, ...rest]);
      return typeof value === 'function' ? value(...rest) : value;
    },
  ]);
  const services = { sessionOf: async () => ({ ...SESSION, apiKeyId: 'k' }), ...Object.fromEntries(stub) };
  server = await startApiServer(stubServices(services as Partial<Services>));
  const terminal = testTerminal({ env: { SILT_URL: server.url, SILT_API_KEY: 'silt_key_x' }, now: views.NOW });
  const code = await runCli(args.split(' '), terminal);
  return { code, out: terminal.output(), err: terminal.errors() };
}

const asked = (name: string) => calls.find(([call]) => call === name)?.slice(1);

describe('silt fleet', () => {
  test('shows a line a host under its titles, the soonest to be full first, and how many there are', async () => {
    const { code, out } = await silt('fleet');
    expect(code).toBe(0);
    const lines = [
      'HOST   STATE    DAYS LEFT  P10  P90  CLOCK               VERDICT    FILL  FULLEST         USED                      A DAY  SEEN  PROBES  TAGS',
      'ci-01  warning        6.3  5.0   12  /var btrfsMetadata  filling  90.0 %  /var btrfsData  8.38 GiB of 9.31 GiB  +1.00 GiB  10 s   10/11  ci',
    ];
    expect(out).toBe(`${lines.join('\n')}\n\nHosts: 1. 0 critical, 1 warning, 0 ok, 0 unknown.\n`);
    expect(asked('fleetPage')).toEqual([{ sort: 'days-left', descending: false, offset: 0, limit: 50 }]);
  });

  test('takes sort, filters and page, and turns the order around', async () => {
    await silt('fleet --sort last-seen --reverse --state critical --tag ci --text btrfs --limit 7 --offset 14');
    const filter = { states: ['critical'], tag: 'ci', text: 'btrfs' };
    expect(asked('fleetPage')).toEqual([{ sort: 'last-seen', descending: true, offset: 14, limit: 7, ...filter }]);
    await server?.close();
    await silt('fleet --sort last-seen');
    expect(asked('fleetPage')).toMatchObject([{ descending: false }]);
  });

  test('takes several states, each once, and hosts without a tag', async () => {
    await silt('fleet --state warning --state critical --state warning --untagged');
    expect(asked('fleetPage')).toMatchObject([{ states: ['warning', 'critical'], untagged: true }]);
    await server?.close();
    await silt('fleet');
    expect(Object.keys((asked('fleetPage') as [object])[0])).toEqual(['sort', 'descending', 'offset', 'limit']);
  });

  test('says that no host matches', async () => {
    expect((await silt('fleet --tag nothing', { fleetPage: views.page([]) })).out).toBe('No host matches.\n');
  });

  test.each<[string, Partial<FleetRow>, RegExp]>([
    [
      'is full',
      { forecast: views.forecast('space', { verdict: 'full', daysLeft: { p10: 0, p50: 0, p90: 0 } }) },
      /0\.00 +0\.00 +0\.00 +\/var space +full/,
    ],
    [
      'has no date',
      { forecast: views.forecast('space', { verdict: 'noisy', daysLeft: null }) },
      /- +- +- +\/var space +noisy/,
    ],
    [
      'may be full after two years',
      { forecast: views.forecast('space', { daysLeft: { p10: 0.5, p50: 700, p90: null } }) },
      /700 +0\.50 +> 730 +\/var space +filling/,
    ],
    ['was not forecast yet', { forecast: null }, /warning +- +- +- +- +- +90\.0 %/],
    ['is silent', { connection: 'silent' }, /- +- +- +\/var btrfsMetadata +filling 30 min ago/],
  ])('tells of a host that %s no days that are not so', async (_, change, line) => {
    const fleetPage = views.page([{ ...views.row('ci-01'), ...change }]);
    expect((await silt('fleet', { fleetPage })).out).toMatch(line);
  });

  test('as CSV has the numbers as they are, and nothing for what is not known', async () => {
    const hosts = [views.row('a,"b"'), { ...views.row(views.SLY), fullest: null, forecast: null, growth: null }];
    const { out } = await silt('fleet --csv', { fleetPage: views.page(hosts) });
    const names = [
      ...['host_id', 'host', 'state', 'connection', 'days_left_p50', 'days_left_p10', 'days_left_p90'],
      ...['forecast_store', 'forecast_clock', 'forecast_verdict', 'forecast_reason', 'forecast_alarm'],
      ...['forecast_made_at', 'fullest_store', 'fullest_resource', 'fill', 'used', 'capacity', 'growth_per_day'],
      ...['last_seen_at', 'probes_read', 'probes_total', 'tags'],
    ];
    const seen = '2026-11-21T11:59:50.000Z,10,11,ci';
    expect(out.split('\n')).toEqual([
      names.join(','),
      `${views.HOST_ID},"a,""b""",warning,connected,6.26,4.96,12.4,/var,btrfsMetadata,filling,trend,true,` +
        `2026-11-21T11:30:00.000Z,/var,btrfsData,0.9,9000000000,10000000000,1073741824,${seen}`,
      `${views.HOST_ID},ci\\u{1b}[31m\\u{202e}01,warning,connected${','.repeat(16)}${seen}`,
      '',
    ]);
  });

  test.each([
    '--limit 0',
    '--limit 201',
    '--limit x',
    '--sort size',
    '--csv --json',
    '--state bad',
    '--state ok --state bad',
    '--untagged --tag ci',
    '--colour',
    'extra',
  ])('refuses %s as wrong use', async (args) => {
    const { code, err } = await silt(`fleet ${args}`);
    expect(code).toBe(2);
    expect(err).not.toBe('');
    expect(calls).toEqual([]);
  });
});

describe('a host', () => {
  test('is found by its whole name alone', async () => {
    const fleetPage = views.page([views.row('ci-01'), views.row('ci-012', 'x')]);
    expect((await silt('host ci-01', { fleetPage })).code).toBe(0);
    expect(asked('getHost')).toEqual([views.HOST_ID, undefined]);
  });

  test('is taken by its id without a search', async () => {
    await silt(`host ${views.HOST_ID.toUpperCase()}`);
    expect(calls.map(([name]) => name)).toEqual(['getHost']);
  });

  test('of an ambiguous name is not guessed: the ids are told', async () => {
    const { code, err } = await silt('host twin', { fleetPage: views.page(views.twins) });
    expect(code).toBe(2);
    expect(err).toMatch(/2 hosts are called twin\. Say which by its id: twin \(0198a000/);
  });

  test('of an unknown name is told so, with those that are alike', async () => {
    const { code, err } = await silt('host ci', {});
    expect(code).toBe(2);
    expect(err).toMatch(/No host is called ci\. There is: ci-01 \(/);
  });

  test('is looked for on all pages of a large fleet', async () => {
    const all = Array.from({ length: 450 }, (_, n) => views.row(`ci-${n}`, `id-${n}`));
    const fleetPage = ({ offset, limit }: { offset: number; limit: number }) => ({
      ...views.page(all.slice(offset, offset + limit)),
      total: all.length,
    });
    expect((await silt('host ci-449', { fleetPage })).err).toMatch(/server takes no such values/);
    expect(calls.map(([, query]) => (query as { offset: number }).offset)).toEqual([0, 200, 400]);
  });
});

describe('silt host', () => {
  test('shows its stores, a line a resource, and what was not read', async () => {
    const { out } = await silt('host ci-01');
    expect(out).toMatch(/^ci-01: warning, connected, tagged ci\.$/m);
    expect(out).toMatch(/Read 2026-11-21 11:59:50Z, 10 s before\./);
    expect(out).toMatch(
      /^\/var +btrfs +warning +btrfsData +90\.0 % +8\.38 GiB +9\.31 GiB +- +6\.3 +5\.0 +12 +btrfsMetadata +filling$/m,
    );
    expect(out).toMatch(/^First to be full: \/var btrfsMetadata: 6\.3 days left \(p10 5\.0, p90 12\)\.$/m);
    expect(out).toMatch(/^ +btrfsMetadata +10\.0 % +\S+ MiB +\S+ MiB$/m);
    expect(out).toMatch(/docker: not read, never in full: The daemon does not answer\./);
    expect(out).not.toMatch(/subvolumes:/);
  });

  test('as CSV has a line a resource, with the forecast of its store', async () => {
    const { out } = await silt('host ci-01 --csv');
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^host_id,host,observed_at,store_key,store,state,resource,fill,.*,days_left_p50,/);
    expect(lines.slice(1).map((line) => line.split(',').slice(6, 8))).toEqual([
      ['btrfsData', '0.9'],
      ['btrfsMetadata', '0.1'],
    ]);
  });

  test('at a moment asks for that moment', async () => {
    const at = { at: '2026-11-14T12:00:00.000Z' };
    const { out } = await silt('host ci-01 --at -7d', { getHost: { ...views.hostView('ci-01'), ...at } });
    expect(asked('getHost')).toEqual([views.HOST_ID, new Date(at.at)]);
    expect(out).toMatch(/As of 2026-11-14 12:00:00Z\./);
  });

  test('refuses a moment that is none', async () => {
    const { code, err } = await silt('host ci-01 --at yesterday');
    expect(code).toBe(2);
    expect(err).toMatch(/“yesterday” is no moment/);
  });
});

describe('silt inventory', () => {
  test('shows what items hold: exact, a range, or that it is not known', async () => {
    const { out } = await silt('inventory ci-01 --limit 3');
    expect(asked('getInventory')).toEqual([{ hostId: views.HOST_ID, limit: 3 }]);
    expect(out).toMatch(/Inventory of 2026-11-21 11:55:00Z, 5 min before\./);
    expect(out).toMatch(/^volume .* 1\.00 GiB +1\.00 GiB +in use +shop › db +5 min$/m);
    expect(out).toMatch(/^image +shared +0 B … 1\.00 MiB/m);
    expect(out).toMatch(/^subvolume +unread +unknown +-/m);
    expect(out).toMatch(/3 more items are not listed: use --limit\./);
  });

  test('of a store is of the store that is mounted there', async () => {
    await silt('inventory ci-01 --store /srv --at 2026-11-20');
    const at = new Date('2026-11-20T00:00:00Z');
    expect(asked('getHost')).toEqual([views.HOST_ID, at]);
    expect(asked('getInventory')).toEqual([{ hostId: views.HOST_ID, limit: 100, at, storeKey: 'btrfs:a' }]);
  });

  test('of an unknown store says which there are', async () => {
    const { code, err } = await silt('inventory ci-01 --store /nowhere');
    expect(code).toBe(2);
    expect(err).toMatch(/ci-01 has no store \/nowhere\. There are: btrfs:a\./);
  });

  test('that was never read is told so, which is not an empty one', async () => {
    const getInventory = { ...views.inventoryView, readAt: null, items: [] };
    expect((await silt('inventory ci-01', { getInventory })).out).toMatch(/^No inventory was read by 2026-11-21/);
  });

  test('shows what a name would do to a terminal as codes', async () => {
    const { out } = await silt('inventory ci-01');
    expect(out).toContain('ci\\u{1b}[31m\\u{202e}01');
    expect(out).not.toMatch(UNPRINTABLE);
  });
});

describe('silt history', () => {
  test('shows the series that its items are the sum of, and a hole as one', async () => {
    const { out } = await silt('history ci-01 /var --range 24h --points 2');
    expect(asked('storeHistory')).toEqual([
      { hostId: views.HOST_ID, storeKey: 'btrfs:a', rangeSeconds: 86_400, points: 2 },
    ]);
    expect(out).toMatch(/^2026-11-21 10:00:00Z +0 B +1\.00 MiB +1\.00 GiB$/m);
    expect(out).toMatch(/^2026-11-21 11:00:00Z +- +- +-$/m);
    expect(out).toMatch(/7 snapshots, when is not known: spool-full/);
  });

  test('shows the series that is asked for, and says which there are', async () => {
    expect((await silt('history ci-01 btrfs:a --series deviceErrors')).out).toMatch(/ 12,345$/m);
    await server?.close();
    const { code, err } = await silt('history ci-01 /var --series usedInodes');
    expect(code).toBe(1);
    expect(err).toMatch(/has no usedInodes\. It has: dataUsedBytes, deviceErrors\./);
  });
});

describe('silt diff', () => {
  test('shows what growth is made of, and the items that changed', async () => {
    const { code, out } = await silt('diff ci-01 --from -1d');
    expect(code).toBe(0);
    expect(asked('compare')).toEqual([
      { hostId: views.HOST_ID, storeKey: null, a: new Date('2026-11-20T12:00:00Z'), b: views.NOW },
    ]);
    expect(out).toMatch(/^dataUsedBytes: 1\.00 GiB to 3\.00 GiB$/m);
    expect(out).toMatch(/^volume +1 +0 +2 +\+1\.00 GiB$/m);
    expect(out).toMatch(/^below the size steps +−1\.00 KiB$/m);
    expect(out).toMatch(/^unattributed +\+512\.0 MiB … \+1\.00 GiB$/m);
    expect(out).toMatch(/^growth +\+2\.00 GiB$/m);
    expect(out).toMatch(/^added +volume .* - +1\.00 GiB +\+1\.00 GiB +shop › db$/m);
    expect(out).toMatch(/^changed +volume +c +unknown +0 B +unknown/m);
    expect(out).toMatch(/1 items of unknown size are in the unattributed\. Sizes .* 1\.00 MiB at the most/);
    expect(out).toMatch(/From .*inventory not read\./);
  });

  test('lists so many changes, and says how many it does not', async () => {
    expect((await silt('diff ci-01 --from -1d --limit 1')).out).toMatch(/1 more changes are not listed/);
  });

  test.each(['', '--from now', '--from -1d --to -2d', '--from -1d --to 2027-01-01'])(
    'refuses moments that are missing or turned around: %s',
    async (args) => {
      const { code, err } = await silt(`diff ci-01 ${args}`.trim());
      expect(code).toBe(2);
      expect(err).not.toBe('');
      expect(calls).toEqual([]);
    },
  );
});

test('silt growers shows the stores that grew most', async () => {
  const { out } = await silt('growers --range 90d --limit 5');
  expect(asked('fleetGrowers')).toEqual([{ rangeDays: 90, limit: 5 }]);
  expect(out).toMatch(/ \/var +dataUsedBytes +\+2\.00 GiB +1\.00 GiB +3\.00 GiB +2026-10-22 … 2026-11-21$/m);
});

describe('--json', () => {
  test.each([
    ['fleet', ANSWERS.fleetPage],
    ['host ci-01', ANSWERS.getHost],
    ['inventory ci-01', ANSWERS.getInventory],
    ['history ci-01 /var', ANSWERS.storeHistory],
    ['diff ci-01 --from -1d', ANSWERS.compare],
    ['growers', ANSWERS.fleetGrowers],
  ])('of silt %s is exactly what the server said, and moves no cursor', async (args, answer) => {
    const { code, out } = await silt(`${args} --json`);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(answer);
    expect(out).not.toMatch(UNPRINTABLE);
  });
});
