import type { DockerContainer, Inventory, LayerEntry, Subvolume } from '@silt/domain';
import { expect, test } from 'vitest';
import { fitSurvey } from '../src/client/fit-survey.ts';
import { MAX_REASON_CHARACTERS } from '../src/index.ts';
import { parseSurvey } from '../src/v1/survey-schema/index.ts';
import { golden } from './golden-frame.ts';

const whole: Inventory = golden('survey').inventory;
const bytesOf = (inventory: Inventory | null): number => Buffer.byteLength(JSON.stringify(inventory));

/** The golden survey with its lists repeated; what repeats is real. */
function large({ subvolumes = 0, containers = 0, entries = 0 }): Inventory {
  const [btrfs] = whole.btrfs ?? [];
  const [daemon] = whole.docker?.daemons ?? [];
  const [root] = whole.dataRoots;
  if (btrfs === undefined || daemon === undefined || root === undefined) throw new Error('the golden survey has them');
  const times = <Entry>(list: Entry[] | null, count: number): Entry[] =>
    Array.from({ length: count }, () => (list as [Entry])[0]);
  return {
    ...whole,
    btrfs: [{ ...btrfs, subvolumes: times<Subvolume>(btrfs.subvolumes, subvolumes) }],
    docker: {
      containerds: [],
      daemons: [{ ...daemon, containers: times<DockerContainer>(daemon.containers, containers) }],
    },
    dataRoots: [{ ...root, layers: { ...root.layers, entries: times<LayerEntry>(root.layers.entries, entries) } }],
  };
}
const reportOf = (inventory: Inventory | null, probe: string) =>
  inventory?.probes.find((report) => report.probe === probe);

test('what fits is left as it is', () => {
  expect(fitSurvey(whole, bytesOf(whole))).toBe(whole);
});

test('the largest part goes first and no other one when that is enough, and its probe tells', () => {
  const inventory = large({ subvolumes: 10_000, containers: 100, entries: 100 });
  const fitted = fitSurvey(inventory, 1_000_000);
  expect(reportOf(fitted, 'subvolumes')).toEqual({
    ...reportOf(inventory, 'subvolumes'),
    status: 'failed',
    reason: expect.stringMatching(/^The list of subvolumes of btrfs:\S+ is too large to be sent \(\d\.\d MB\)\.$/),
  });
  const [btrfs] = inventory.btrfs ?? [];
  const probes = inventory.probes.map((one) => (one.probe === 'subvolumes' ? reportOf(fitted, 'subvolumes') : one));
  expect(fitted).toEqual({ ...inventory, btrfs: [{ ...btrfs, subvolumes: null }], probes });
});

test('one after the other goes until it fits, and what is left is still a survey', () => {
  const inventory = large({ subvolumes: 3_000, containers: 2_000, entries: 1_000 });
  for (let most = bytesOf(inventory); most > 4_000; most = Math.floor(most * 0.9)) {
    const fitted = fitSurvey(inventory, most);
    expect(bytesOf(fitted)).toBeLessThanOrEqual(most);
    expect(parseSurvey(JSON.parse(JSON.stringify(fitted)))).toMatchObject({ ok: true });
  }
});

test('the bound is kept to the byte, also with what the reports say', () => {
  const inventory = large({ containers: 50 });
  for (let most = bytesOf(inventory); most > bytesOf(inventory) - 600; most -= 1) {
    expect(bytesOf(fitSurvey(inventory, most))).toBeLessThanOrEqual(most);
  }
});

test('without the records of a data root, its entries are no longer held against all records', () => {
  const [root] = whole.dataRoots;
  if (root === undefined) throw new Error('the golden survey has one');
  const layers = Array.from({ length: 5_000 }, () => root.layers.layers?.[0]);
  const inventory = { ...whole, dataRoots: [{ ...root, layers: { ...root.layers, layers } }] } as Inventory;
  expect(root.layers.hasAllRecords).toBe(true);
  expect(fitSurvey(inventory, 100_000)?.dataRoots[0]?.layers).toEqual({
    ...{ ...root.layers, layers: null, hasAllRecords: false },
  });
});

test('a reason that is there already stays before the new sentence, within its bound', () => {
  const inventory = large({ subvolumes: 10_000 });
  const known = { probe: 'subvolumes', status: 'ok' as const, durationMilliseconds: 7 };
  const withReason = (reason: string) =>
    reportOf(fitSurvey({ ...inventory, probes: [{ ...known, reason }] }, 1_000_000), 'subvolumes');
  expect(withReason('One was not read.')).toEqual({
    ...{ ...known, status: 'failed' },
    reason: expect.stringMatching(/^One was not read\. The list of subvolumes of .* MB\)\.$/),
  });
  expect(withReason('x'.repeat(MAX_REASON_CHARACTERS))?.reason).toHaveLength(MAX_REASON_CHARACTERS);
  expect(reportOf(fitSurvey({ ...inventory, probes: [] }, 1_000_000), 'subvolumes')?.status).toBe('failed');
});

test('where even the rest does not fit there is nothing to send', () => {
  expect(fitSurvey(whole, 100)).toBeNull();
});
