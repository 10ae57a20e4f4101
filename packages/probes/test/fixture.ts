import { readFileSync } from 'node:fs';

/** Text of a capture under `fixtures/`. */
export const fixture = (path: string): string => readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'utf8');

type Capture = Record<string, { content?: string }>;

/** A captured sysfs tree, path → text; links have no text and are left out. */
export function sysfsCapture(path: string): Map<string, string> {
  const capture: Capture = JSON.parse(fixture(path));
  return new Map(
    Object.entries(capture).flatMap(([name, { content }]) => (content === undefined ? [] : [[name, content]])),
  );
}

/** The capture of a 3 GiB btrfs, with the size of its device, which is behind a link in sysfs. */
export function btrfsCapture(): Map<string, string> {
  const sectors = (3 * 1024 ** 3) / 512;
  return sysfsCapture('btrfs/sysfs.json').set('devices/loop0/size', `${sectors}\n`);
}

type Allocation = Record<string, Record<string, number | string | Record<string, number>> | number>;

/** A sample of the exhaustion run. */
interface ExhaustionSample {
  n: number;
  alloc: Allocation;
  device_bytes: Record<string, number>;
}

/** A sample of the exhaustion run as a sysfs tree. */
export function sysfsOfSample({ alloc, device_bytes }: ExhaustionSample): Map<string, string> {
  const tree = new Map<string, string>();
  const put = (path: string, value: unknown): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [name, child] of Object.entries(value)) put(`${path}/${name}`, child);
    } else tree.set(path, `${value}\n`);
  };
  put('allocation', alloc);
  for (const [name, bytes] of Object.entries(device_bytes)) put(`devices/${name}/size`, bytes / 512);
  return tree;
}

/** Samples of the exhaustion run as sysfs trees. */
export function exhaustionSamples(): { sample: number; tree: Map<string, string> }[] {
  const rows = fixture('btrfs/exhaustion-4-of-72.jsonl').trim().split('\n');
  return rows.map((row) => {
    const sample: ExhaustionSample = JSON.parse(row);
    return { sample: sample.n, tree: sysfsOfSample(sample) };
  });
}
