import type { FindingRow } from '@silt/domain';
import { afterEach, describe, expect, test } from 'vitest';
import { SESSION, stubServices } from '../../../packages/api/test/stub-services.ts';
import { runCli } from '../src/run-cli.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { testTerminal } from './test-terminal.ts';
import * as views from './views.ts';

type Services = Parameters<typeof startApiServer>[0];

/** What moves a cursor or turns text around. */
const UNPRINTABLE = /(?!\n)\p{C}/u;
const PAGE = { list: 'standing', language: 'en', offset: 0, limit: 50 };

let server: ApiServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

/** What the services were asked. */
let asked: unknown[] = [];

async function silt(args: string, rows: FindingRow[] = [views.findingRow()], total = rows.length) {
  asked = [];
  const answering =
    <Answer>(answer: Answer) =>
    async (_: unknown, query: unknown): Promise<Answer> => {
      asked.push(query);
      return answer;
    };
  const services = {
    sessionOf: async () => ({ ...SESSION, apiKeyId: 'k' }),
    fleetPage: async () => views.page([views.row('ci-01')]),
    findings: { list: answering({ findings: rows, total }), get: answering(views.findingView) },
  };
  server = await startApiServer(stubServices(services as unknown as Partial<Services>));
  const terminal = testTerminal({ env: { SILT_URL: server.url, SILT_API_KEY: 'silt_key_x' }, now: views.NOW });
  const code = await runCli(args.split(' '), terminal);
  return { code, out: terminal.output(), err: terminal.errors() };
}

describe('silt findings', () => {
  test('shows a line a finding of the whole fleet, and exits with 0 whatever is wrong', async () => {
    const { code, out } = await silt('findings');
    expect(code).toBe(0);
    const lines = [
      'SEVERITY  HOST   NO  RULE     STATE  SINCE  GIVES BACK  FINDING',
      'critical  ci-01   3  fs-full  open     2 d    1.00 GiB  / is full',
    ];
    expect(out).toBe(`${lines.join('\n')}\n\nFindings: 1. What to do: silt findings show HOST NO.\n`);
    expect(asked).toEqual([PAGE]);
  });

  test('takes host, list, severities, rule, words, language and page', async () => {
    await silt(
      'findings ci-01 --list muted --severity critical --severity notice --rule fs-full --text var --lang zh-CN --limit 5 --offset 10',
    );
    const page = { list: 'muted', language: 'zh-CN', offset: 10, limit: 5 };
    const filter = { hostId: views.HOST_ID, severities: ['critical', 'notice'], rule: 'fs-full', text: 'var' };
    expect(asked).toEqual([{ ...page, ...filter }]);
  });

  test.each<[string, Partial<FindingRow>, RegExp]>([
    ['is no more seen', { missedSince: '2026-11-21T11:57:00.000Z' }, / open, not seen for 3 min /],
    [
      'the rule cannot tell of',
      { blind: { since: '2026-11-21T10:00:00.000Z', missing: 'processes' } },
      / open, cannot tell for 2 h /,
    ],
    ['is of a silent host', { connection: 'silent' }, / open, host silent /],
    ['gives nothing back', { promisedBytes: null }, / 2 d +- +\/ is full/],
  ])('says of one that %s that it is so', async (_, change, line) => {
    expect((await silt('findings', [views.findingRow(change)])).out).toMatch(line);
  });

  test('shows why and for how long one is muted', async () => {
    const mute = {
      reason: 'being moved',
      until: '2026-12-01T00:00:00.000Z',
      at: '2026-11-20T00:00:00.000Z',
      by: 'Ada',
    };
    const { out } = await silt('findings --list muted', [views.findingRow({ mute, state: 'muted' })]);
    expect(out).toMatch(/MUTED UNTIL +WHY +GIVES BACK/);
    expect(out).toMatch(/2026-12-01 00:00:00Z +being moved +1\.00 GiB/);
  });

  test('shows what came back of what was promised; not known is not zero', async () => {
    const resolved = { state: 'resolved', resolvedAt: '2026-11-21T11:00:00.000Z' } as const;
    const rows = [
      views.findingRow({ ...resolved, freedBytes: 0 }),
      views.findingRow({ ...resolved, freedBytes: null }),
    ];
    const { out } = await silt('findings --list resolved', rows);
    expect(out).toMatch(/ 1 h +1\.00 GiB +0 B +\//);
    expect(out).toMatch(/ 1 h +1\.00 GiB +- +\//);
  });

  test.each([
    ['findings', 0, 'No finding stands.\n'],
    ['findings --list muted', 0, 'No finding is muted.\n'],
    ['findings --list resolved', 0, 'No finding was resolved.\n'],
    ['findings --offset 50', 7, 'There are 7 findings, none from 51 on.\n'],
  ])('says of an empty page that it is: %s', async (args, total, said) => {
    expect((await silt(args, [], total)).out).toBe(said);
  });

  test('as CSV has the values as they are, and nothing for what is not known', async () => {
    const { out } = await silt('findings --csv', [views.findingRow({ title: 'a,"b"', hostName: views.SLY })]);
    const [names = '', line = ''] = out.split('\n');
    expect(names).toMatch(/^host_id,host,connection,finding_no,rule,subject,store_key,severity,state,title,seen,/);
    expect(line).toContain(
      `${views.HOST_ID},ci\\u{1b}[31m\\u{202e}01,connected,3,fs-full,mount:/,mount:/,critical,open,"a,""b""",`,
    );
    expect(line).toMatch(/,0,,,,1073741824,$/);
  });

  test('as JSON is exactly what the server said', async () => {
    const rows = [views.findingRow({ title: views.SLY })];
    const { out } = await silt('findings --json', rows);
    expect(JSON.parse(out)).toEqual({ findings: rows, total: 1 });
    expect(out).not.toMatch(UNPRINTABLE);
  });

  test.each([
    '--severity bad',
    '--list open',
    '--lang de',
    '--limit 0',
    '--limit 201',
    '--csv --json',
    'one two',
    'show ci-01',
    'show ci-01 x',
    'show ci-01 3 4',
    'show ci-01 3 --csv',
  ])('refuses %s as wrong use', async (args) => {
    const { code, err } = await silt(`findings ${args}`);
    expect(code).toBe(2);
    expect(err).not.toBe('');
    expect(asked).toEqual([]);
  });
});

describe('silt findings show', () => {
  test('prints what was seen, why it matters and the steps, each command on lines of its own', async () => {
    const { code, out } = await silt('findings show ci-01 3 --lang zh-CN');
    expect(code).toBe(0);
    expect(asked).toEqual([{ hostId: views.HOST_ID, findingNo: 3, language: 'zh-CN' }]);
    expect(out).toContain(`ci-01 (${views.HOST_ID}), finding 3\nNo room (fs-full)\n`);
    expect(out).toContain('State: open, since 2026-11-19 12:00:00Z, last seen 1 min ago.\n\n96 % of 1 TiB are used.\n');
    const steps = [
      'What to do:',
      '  1. First check: You are root.',
      '  2. Edit: In daemon.json.',
      '      first line',
      '      second line',
      '  3. Run (something is gone for good after it): Removes it.',
      "      rm -r 'a\\u{1b}[2J'",
      '      A name in it cannot be shown as it is: take the command from --json.',
      '  4. Then see: There is room.',
      '      df /',
    ];
    expect(out).toContain(`\nWrites fail soon.\n\n${steps.join('\n')}\n\nIt gives back up to 1.00 GiB.\n`);
    expect(out).not.toMatch(UNPRINTABLE);
  });

  test('as JSON is exactly what the server said', async () => {
    const { out } = await silt('findings show ci-01 3 --json');
    expect(JSON.parse(out)).toEqual(views.findingView);
    expect(out).not.toMatch(UNPRINTABLE);
  });
});
