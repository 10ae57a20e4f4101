import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { factsOfPool, seriesOfPool, stateOfPool } from '../src/thin-pool/facts.ts';
import {
  type PoolStatus,
  parsePoolStatus,
  parsePoolTable,
  parseThinStatus,
  parseThinTable,
} from '../src/thin-pool/parse.ts';
import { fixture } from './fixture.ts';
import { rowsOf, statusOf, tableOf, targetOf, targetsOf } from './thin-pool-lines.ts';

interface Line {
  src: string;
  status: string;
  table: string | null;
}
interface Expectation {
  name: string | null;
  start: number;
  len_sectors: number;
  transaction_id: number;
  meta_used: number;
  meta_total: number;
  data_used: number;
  data_total: number;
  held_root: number | null;
  needs_check: boolean;
  meta_low_wm: number;
  mode: string;
  discard: string;
  no_space: string;
  fail?: boolean;
}
const LINES = rowsOf<Line & { expect: Expectation }>('thin-pool/status-lines.jsonl');

describe('captured pool lines', () => {
  test('each of 257 is what another parser made of it', () => {
    expect(LINES).toHaveLength(257);
    for (const { status, expect: wanted } of LINES) {
      const target = targetOf(`${status}\n`, 'thin-pool');
      const { name, startSectors, lengthSectors, words } = target;
      expect({ name, startSectors, lengthSectors }, status).toEqual({
        name: wanted.name,
        startSectors: wanted.start,
        lengthSectors: wanted.len_sectors,
      });
      if (status.endsWith('Fail')) {
        expect(parsePoolStatus(words), status).toEqual({ broken: 'failed' });
        continue;
      }
      expect(parsePoolStatus(words), status).toEqual({
        transactionId: wanted.transaction_id,
        metadata: { used: wanted.meta_used, total: wanted.meta_total },
        data: { used: wanted.data_used, total: wanted.data_total },
        metadataSnapshotHeld: wanted.held_root !== null,
        mode: wanted.mode,
        noSpace: wanted.no_space,
        needsCheck: wanted.needs_check,
        metadataLowWaterBlocks: wanted.meta_low_wm,
        words: [wanted.mode, wanted.discard, wanted.no_space, ...(wanted.needs_check ? ['needs_check'] : [])],
      } satisfies PoolStatus);
    }
  });

  test('each of the other series can be written again from what was parsed', () => {
    const lines = [...rowsOf<Line>('thin-pool/series-lines.jsonl'), ...LINES];
    let pools = 0;
    for (const { status, table } of lines) {
      if (status.includes('thin-pool ') && !status.endsWith('Fail') && !status.includes(': ')) {
        pools += 1;
        if (!/ \d+ rw /.test(status)) expect(`${writeStatus(status)} `).toBe(status);
      }
      if (table === null || !table.includes('thin-pool ')) continue;
      const { metadataDevice, dataDevice, dataBlockSectors, lowWaterBlocks, features } = tableOf(`${table}\n`);
      const head = table.split(' thin-pool ')[0];
      const fields = [metadataDevice, dataDevice, dataBlockSectors, lowWaterBlocks, features.length, ...features];
      expect(`${head} thin-pool ${fields.join(' ')} `).toBe(table);
    }
    expect(pools).toBe(316);
  });

  function writeStatus(line: string): string {
    const { startSectors, lengthSectors } = targetOf(`${line}\n`, 'thin-pool');
    const { transactionId, metadata, data, words, needsCheck, metadataLowWaterBlocks } = statusOf(`${line}\n`);
    const blocks = `${metadata.used}/${metadata.total} ${data.used}/${data.total}`;
    const tail = needsCheck ? [] : ['-'];
    return [startSectors, lengthSectors, 'thin-pool', transactionId, blocks, '-', ...words, ...tail]
      .concat(metadataLowWaterBlocks ?? [])
      .join(' ');
  }

  test('the lines of thins tell mapped sectors and device id, or that their pool is dead', () => {
    const lines = rowsOf<Line>('thin-pool/series-lines.jsonl').filter(({ status }) => / thin /.test(status));
    expect(lines).toHaveLength(205);
    for (const { status, table } of lines) {
      const thin = parseThinStatus(targetOf(`${status}\n`, 'thin').words);
      const row = parseThinTable(targetOf(`${table}\n`, 'thin').words);
      if (status.endsWith('Fail')) {
        expect([thin, row]).toEqual([{ broken: 'failed' }, { broken: 'failed' }]);
        continue;
      }
      if (typeof thin !== 'object' || thin === null || 'broken' in thin) throw new Error(status);
      if (typeof row !== 'object' || 'broken' in row) throw new Error(String(table));
      expect(status.endsWith(` thin ${thin.mappedSectors} ${thin.highestMappedSector ?? '-'}`), status).toBe(true);
      expect(table?.endsWith(` thin ${row.pool} ${row.deviceId}`), String(table)).toBe(true);
    }
  });
});

/** Data blocks × 65,536 and metadata blocks × 4,096, as the status lines of the steps give them. */
const STEPS: [string, string, number, number][] = [
  ['A00-empty', 'rw', 0, 111],
  ['A01-formatted', 'rw', 156, 114],
  ['A02-write', 'rw', 445, 116],
  ['A03-write', 'rw', 734, 118],
  ['A04-write', 'rw', 1_079, 119],
  ['A05-write', 'rw', 1_704, 123],
  ['A06-write', 'rw', 2_000, 124],
  ['A07-write', 'rw', 2_288, 126],
  ['A08-write', 'rw', 2_576, 127],
  ['A09-write', 'rw', 2_864, 128],
  ['A10-write', 'rw', 3_152, 129],
  ['A11-write', 'rw', 3_440, 131],
  ['A12-write', 'rw', 3_727, 132],
  ['A13-write', 'rw', 4_014, 133],
  ['A14-write', 'out-of-data-space-timed-out', 4_096, 134],
  ['A20-deleted-no-discard', 'out-of-data-space-timed-out', 4_096, 134],
  ['A21-fstrim', 'rw', 3_522, 133],
  ['A22-snap', 'rw', 3_522, 133],
  ['B01-image', 'rw', 317, 1_654],
  ['B02-three-running', 'rw', 339, 1_671],
  ['B11-fill', 'rw', 1_635, 1_678],
  ['B12-fill', 'rw', 2_926, 1_684],
  ['B13-fill', 'rw', 4_217, 1_689],
  ['B14-fill', 'out-of-data-space-timed-out', 4_800, 1_692],
  ['B15-fill', 'out-of-data-space-timed-out', 4_800, 1_692],
  ['B20-rm-d1', 'rw', 3_500, 1_681],
  ['B21-run-when-full', 'rw', 3_509, 1_687],
];

describe('a pool from empty to full and back', () => {
  test('every captured step is among these', () => {
    const folder = new URL('../fixtures/thin-pool/dm-thin-vm', import.meta.url);
    expect(readdirSync(folder).sort()).toEqual(STEPS.map(([step]) => step));
  });

  test.each(STEPS)('%s: %s, %i data and %i metadata blocks', (step, state, dataBlocks, metadataBlocks) => {
    const status = statusOf(fixture(`thin-pool/dm-thin-vm/${step}/status.txt`));
    const table = tableOf(fixture(`thin-pool/dm-thin-vm/${step}/table.txt`));
    const isRaw = step.startsWith('A');
    expect(stateOfPool(status, table)).toBe(state);
    expect(seriesOfPool(status, table)).toEqual({
      poolDataUsedBytes: dataBlocks * 65_536,
      // 256 MiB and 300 MiB of data, 4 MiB and 64 MiB of metadata.
      poolDataCapacityBytes: isRaw ? 268_435_456 : 314_572_800,
      poolMetadataUsedBytes: metadataBlocks * 4_096,
      poolMetadataCapacityBytes: isRaw ? 4_194_304 : 67_108_864,
    });
    expect(factsOfPool('rw', status, table, false)).toMatchObject({
      features: ['skip_block_zeroing'],
      dataDevice: isRaw ? '7:1' : '7:0',
      metadataDevice: isRaw ? '7:0' : '7:1',
      dataBlockBytes: 65_536,
      lowWaterBlocks: isRaw ? 1_024 : 32_768,
      metadataLowWaterBlocks: isRaw ? 256 : 1_024,
    });
  });

  test('all lines of a host are told apart, names with a colon too', () => {
    const text = fixture('thin-pool/lvm/status.txt');
    expect(targetsOf(text).map(({ name, type }) => [name, type])).toEqual(
      text
        .trim()
        .split('\n')
        .map((line) => [line.split(': ')[0], line.split(' ')[3]]),
    );
    expect(targetOf(fixture('thin-pool/docker-loop/table.txt'), 'thin-pool')).toMatchObject({
      name: 'docker-253:2-8388736-pool',
      words: ['7:0', '7:1', '128', '32768', '1', 'skip_block_zeroing'],
    });
  });
});

describe('states', () => {
  const state = (status: string, features = '1 skip_block_zeroing'): unknown => {
    const parsed = parsePoolStatus(targetOf(`0 8 thin-pool ${status}\n`, 'thin-pool').words);
    if (typeof parsed === 'string') throw new Error(parsed);
    return stateOfPool(parsed, tableOf(`0 8 thin-pool 7:2 7:3 128 0 ${features} \n`));
  };
  const [QUEUE, ERROR] = ['discard_passdown queue_if_no_space', 'discard_passdown error_if_no_space'];

  test.each<[string, string, string | undefined, string | null]>([
    ['captured: healthy', `4 436/4096 2416/65536 - rw ${ERROR} - 1024`, undefined, 'rw'],
    [
      'captured: writers wait',
      `0 5/9 9/9 - out_of_data_space ${QUEUE} - 1024`,
      undefined,
      'out-of-data-space-queueing',
    ],
    [
      'captured: have waited',
      `0 5/9 9/9 - out_of_data_space ${ERROR} - 1024`,
      undefined,
      'out-of-data-space-timed-out',
    ],
    [
      'captured: set up to fail',
      `4 5/9 9/9 - out_of_data_space ${ERROR} - 1024`,
      '2 skip_block_zeroing error_if_no_space',
      'out-of-data-space-erroring',
    ],
    ['an old kernel', '4 5/9 9/9 - out_of_data_space discard_passdown', undefined, 'out-of-data-space'],
    ['captured: metadata full', `0 512/512 9/99 - ro ${QUEUE} - 128`, undefined, 'read-only-metadata-full'],
    ['captured: asked for', `0 112/1024 6/2048 - ro ${QUEUE} - 256`, '1 read_only', 'read-only-asked'],
    ['read-only for no told reason', `0 112/1024 6/2048 - ro ${QUEUE} - 256`, undefined, 'read-only'],
    ['captured: needs a check', `0 219/2048 9/99 - ro ${QUEUE} needs_check 512`, undefined, 'needs-check'],
    ['captured: dead', 'Fail', undefined, 'failed'],
    ['from the kernel source: metadata cannot be read', 'Error', undefined, 'error'],
    ['a mode of another day', `0 112/1024 6/2048 - zz ${QUEUE} - 256`, undefined, null],
  ])('%s', (_, status, features, wanted) => {
    expect(state(status, features)).toBe(wanted);
  });

  test('the captured failure passes through them: check needed, dead, well again', () => {
    const rows = rowsOf<{ pool_status: string; pool_table: string }>('thin-pool/states/needs_check_and_fail.jsonl');
    const states = rows.map(({ pool_status, pool_table }) => {
      const parsed = parsePoolStatus(targetOf(`${pool_status}\n`, 'thin-pool').words);
      return typeof parsed === 'string' ? parsed : stateOfPool(parsed, tableOf(`${pool_table}\n`));
    });
    expect(states).toEqual([
      ...['rw', 'needs-check', 'needs-check', 'needs-check', 'rw'],
      ...['rw', 'failed', 'failed', 'rw', 'rw'],
    ]);
  });

  test('without its table, a pool out of space is not said to have timed out', () => {
    const status = statusOf(`0 8 thin-pool 0 5/9 9/9 - out_of_data_space ${ERROR} - 1024 \n`);
    expect(stateOfPool(status, null)).toBe('out-of-data-space');
  });

  test('every odd captured line is understood', () => {
    const rows: { kind: string; label: string; out?: string }[] = JSON.parse(
      fixture('thin-pool/states/edge_lines.json'),
    );
    for (const { kind, label, out = '' } of rows) {
      if (kind !== 'status' && kind !== 'table') continue;
      const targets = targetsOf(out);
      expect(targets, label).toHaveLength(label.startsWith('device without') ? 0 : label.startsWith('two-seg') ? 2 : 1);
      for (const { type, words } of targets) {
        if (type === 'thin-pool') {
          expect(kind === 'table' ? parsePoolTable(words) : parsePoolStatus(words), label).toBeTypeOf('object');
        }
        if (type === 'thin') {
          expect(kind === 'table' ? parseThinTable(words) : parseThinStatus(words), label).toBeTypeOf('object');
        }
      }
    }
    const held = rows.find(({ kind, label }) => kind === 'status' && label.startsWith('held'));
    expect(statusOf(held?.out ?? '')).toMatchObject({ metadataSnapshotHeld: true, mode: 'rw' });
    const large = rows.find(({ kind, label }) => kind === 'table' && label.startsWith('512K'));
    expect(seriesOfPool(null, tableOf(large?.out ?? ''))).toMatchObject({ poolDataUsedBytes: null });
    expect(factsOfPool(null, null, tableOf(large?.out ?? ''), null)).toMatchObject({ dataBlockBytes: 524_288 });
  });
});
