import { spawnSync } from 'node:child_process';
import type { LiveChange, TellStep } from '@silt/domain';
import { shellLine } from '@silt/domain/findings';
import { describe, expect, it } from 'vitest';
import { groupListInput, groupsInput, listKey } from '../src/features/findings/findings-inputs.ts';
import {
  isFiltered,
  NO_FILTER,
  readFindingsQuery,
  writeFindingsQuery,
} from '../src/features/findings/findings-query.ts';
import { evidenceRows, MAX_EVIDENCE_ROWS } from '../src/shared/findings/evidence-rows.ts';
import { findingPath, findingsPath, readFindingAddress } from '../src/shared/findings/finding-path.ts';
import { remedyScript } from '../src/shared/findings/remedy-script.ts';
import { FINDINGS_REFRESH_MILLISECONDS, isTouched } from '../src/shared/live/touched-query.ts';

const HOST = '0b2f1c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d';
const read = (address: string) => readFindingsQuery(new URLSearchParams(address));

describe('the address of the findings page', () => {
  it.each([
    '',
    '?list=muted&by=host&q=ci%20docker&severity=critical,notice',
    `?rule=btrfs-unallocated-low&host=${HOST}&store=btrfs%3A%2F`.replaceAll('%2F', '/'),
    '?open=',
    `?open=fs-full&open=thin-data&finding=${HOST}/0`,
    `?list=resolved&finding=${HOST}/12`,
  ])('%j is read and written without loss', (address) => {
    expect(writeFindingsQuery(read(address))).toBe(address);
  });

  it('is followed as far as it makes sense', () => {
    const wrong = `list=all&by=x&severity=fatal,warning,warning&host=me&store=a&rule=${'r'.repeat(101)}&finding=1/2`;
    expect(read(wrong)).toEqual({
      ...{ list: 'standing', by: 'rule', text: '', severities: ['warning'], rule: null, hostId: null, storeKey: null },
      ...{ open: null, finding: null },
    });
    expect(read(`q=${'x'.repeat(900)}`).text).toHaveLength(200);
  });

  it('tells a filter from an open group', () => {
    expect(isFiltered(read(`open=a&finding=${HOST}/1&by=host&list=muted`))).toBe(false);
    for (const one of ['q=a', 'severity=notice', 'rule=a', `host=${HOST}`]) expect(isFiltered(read(one))).toBe(true);
    expect(isFiltered({ ...read(`q=a&severity=notice&rule=a&host=${HOST}&store=b`), ...NO_FILTER })).toBe(false);
  });

  it('asks for the same groups whatever is open, and within a group for its key', () => {
    const open = read(`q=ci&open=a&finding=${HOST}/1`);
    expect(groupsInput(open, 'en', 1)).toEqual({
      ...{ list: 'standing', by: 'rule', language: 'en', text: 'ci', offset: 50, limit: 50 },
    });
    expect(listKey(open)).toBe(listKey(read('q=ci')));
    expect(groupListInput(open, 'zh-CN', 'fs-full', 0)).toMatchObject({ rule: 'fs-full', language: 'zh-CN' });
    expect(groupListInput(read('by=host'), 'en', HOST, 2)).toMatchObject({ hostId: HOST, offset: 50 });
  });
});

describe('a link to findings', () => {
  it('leads to what the page reads', () => {
    expect(read(findingPath({ hostId: HOST, findingNo: 7 }).split('?')[1] ?? '').finding).toEqual({
      ...{ hostId: HOST, findingNo: 7 },
    });
    const path = findingsPath({ hostId: HOST, storeKey: 'thin:vg&a', list: 'muted' });
    expect(read(path.split('?')[1] ?? '')).toMatchObject({ hostId: HOST, storeKey: 'thin:vg&a', list: 'muted' });
    expect(findingsPath({ list: 'standing' })).toBe('/findings');
  });

  it.each([null, '', HOST, `${HOST}/`, `${HOST}/-1`, `${HOST}/1.5`, `${HOST}/99999999999`, `${HOST}/01`])(
    'that is %j names none',
    (text) => expect(readFindingAddress(text)).toBeNull(),
  );
});

const step = (kind: TellStep['kind'], command: string | null, isDestructive = false, note = 'a note'): TellStep => ({
  ...{ kind, command, isDestructive, note },
});
const WORDS = {
  ...{ about: 'read it', destroys: 'deletes', edit: 'lines' },
  kinds: { precondition: 'first', look: 'look', 'dry-run': 'try', run: 'run', edit: 'edit', expect: 'see' },
};

describe('all steps as a script', () => {
  it('run what looks, and hold back what deletes, what has to be sure before, and lines for a file', () => {
    const script = remedyScript(
      'title',
      [
        step('precondition', 'echo precondition'),
        step('look', 'echo look'),
        step('edit', 'echo edit\necho second'),
        step('run', 'echo delete\necho more', true),
        step('run', 'echo run'),
        step('expect', null),
      ],
      WORDS,
    );
    const { stdout, status } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
    expect([stdout, status]).toEqual(['look\nrun\n', 0]);
    expect(script).toContain('\n# deletes\n# echo delete\n# echo more\n');
  });

  it('does not run what a host calls its things', () => {
    const name = 'a\necho evil\r\necho worse\u2028$(echo bad) `echo bad` \u001b[31m';
    const script = remedyScript(
      name,
      [
        step('look', shellLine('printf', '%s', name), false, name),
        step('run', shellLine('rm', name), true, name),
        step('edit', name, false, name),
      ],
      WORDS,
    );
    const { stdout, status } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect([stdout, status]).toEqual([name, 0]);
  });
});

describe('evidence', () => {
  const words = { notRead: 'not read', empty: 'empty', yes: 'yes', no: 'no', number: String };

  it('is told as names and values, bytes in their unit too, not read apart from empty and from 0', () => {
    const evidence = {
      ...{ mountPoint: '/var', usedBytes: 1_073_741_824, count: 0, unknown: null, list: [], text: '', on: true },
      volumes: [{ name: 'a\u001b', bytes: 2_048 }],
    };
    expect(evidenceRows(evidence, words)).toEqual({
      count: 9,
      rows: [
        { name: 'mountPoint', value: '/var' },
        { name: 'usedBytes', value: '1.00 GiB (1073741824)' },
        { name: 'count', value: '0' },
        { name: 'unknown', value: 'not read' },
        { name: 'list', value: 'empty' },
        { name: 'text', value: 'empty' },
        { name: 'on', value: 'yes' },
        { name: 'volumes.0.name', value: 'a\\u{1b}' },
        { name: 'volumes.0.bytes', value: '2.00 KiB (2048)' },
      ],
    });
  });

  it('is cut where there is too much, and says how much there is', () => {
    const { rows, count } = evidenceRows({ paths: Array.from({ length: 5_000 }, (_, at) => `/${at}`) }, words);
    expect([rows.length, count]).toEqual([MAX_EVIDENCE_ROWS, 5_000]);
    expect(evidenceRows({}, words)).toEqual({ rows: [], count: 0 });
  });
});

describe('findings on the screen', () => {
  const key = (name: string, input?: object) => [['findings', name], { input }];
  const beat: LiveChange = { kind: 'hosts', hostIds: [HOST] };

  it('are read again at a change of their host, and of the whole fleet not at each', () => {
    expect(isTouched(key('get', { hostId: HOST }), 0, beat, 1)).toBe(true);
    expect(isTouched(key('get', { hostId: 'another' }), 0, beat, 1)).toBe(false);
    expect(isTouched(key('get', { hostId: 'another' }), 0, { kind: 'many' }, 1)).toBe(true);
    for (const input of [undefined, { list: 'standing' }]) {
      expect(isTouched(key('groups', input), 0, beat, FINDINGS_REFRESH_MILLISECONDS - 1)).toBe(false);
      expect(isTouched(key('groups', input), 0, beat, FINDINGS_REFRESH_MILLISECONDS)).toBe(true);
    }
  });
});
