import { between, logBetween, pick, type Random } from '../draw.ts';
import { drawFullAt, fillingFamily, fullBy, PAGE_BYTES } from './families.ts';
import { drawLumps, drawRipple, growth, type Path, ripple, sawtooth, sumOf } from './paths.ts';
import { readTimes } from './read-times.ts';
import { activity, drawRhythm } from './rhythm.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const SECTOR_BYTES = 512;

const BTRFS_GIB = [20, 40, 40, 60, 80, 100, 128, 200, 400] as const;
/** Up to here metadata comes in chunks of 256 MiB, above of 1 GiB; both are kept twice. */
const LARGEST_SMALL_GIB = 50;

/** What btrfs has allocated to data and metadata: whole chunks, given back when they are empty. */
export const btrfsChunks = fillingFamily('btrfs-chunks', (random, days) => {
  const times = readTimes(random, days);
  const rhythm = drawRhythm(random);
  const gibibytes = pick(random, BTRFS_GIB);
  const dataChunk = 1 / gibibytes;
  const metadataChunk = gibibytes > LARGEST_SMALL_GIB ? 2 * dataChunk : dataChunk / 2;
  const perDay = logBetween(random, 0.016, 0.05);
  const leak = growth(random, times, drawLumps(random), (at) => perDay * activity(rhythm, at));
  const data = sumOf(leak, ripple(random, times, rhythm, drawRipple(random)));
  const metadataShare = between(random, 0.02, 0.12);
  const metadata = data.map((share) => metadataShare * share + between(random, 0, 0.0002));
  const allocated = sumOf(staircase(random, data, dataChunk), staircase(random, metadata, metadataChunk));
  return {
    ...{ resource: 'btrfs-unallocated', capacityBytes: [[0, gibibytes * GIB]], unitBytes: SECTOR_BYTES },
    ...{ times, used: fullBy(allocated, times, drawFullAt(random, days, 11)), clockFaults: null },
  };
});

/** A chunk more when the last is full; several less once so many are empty. */
function staircase(random: Random, path: Path, chunk: number): Path {
  const begun = random();
  const kept = between(random, 2, 5);
  let chunks = 0;
  return path.map((share) => {
    const needed = Math.ceil(share / chunk + begun);
    if (needed > chunks || chunks - needed > kept) chunks = needed;
    return chunks * chunk;
  });
}

const METADATA_MIB = [16, 32, 64, 64, 128, 128, 256, 512] as const;

/** Mappings of containers and snapshots in a small device, block by block; removed ones give some back at night. */
export const thinMetadata = fillingFamily('thin-metadata', (random, days) => {
  const times = readTimes(random, days);
  const rhythm = drawRhythm(random);
  const perDay = logBetween(random, 0.016, 0.05);
  const snapshots = { perDay: logBetween(random, 10, 120), spread: between(random, 0.5, 1) };
  const leak = growth(random, times, snapshots, (at) => perDay * activity(rhythm, at));
  const height = logBetween(random, 0.003, 0.03);
  const teeth = sawtooth(random, times, rhythm, { everyDays: 1, atHour: between(random, 0, 6), height, mostLeft: 0.3 });
  const raw = sumOf(leak, teeth, ripple(random, times, rhythm, { ...drawRipple(random), jitter: 0 }));
  return {
    resource: 'thin-metadata',
    capacityBytes: [[0, pick(random, METADATA_MIB) * MIB]],
    unitBytes: PAGE_BYTES,
    ...{ times, used: fullBy(raw, times, drawFullAt(random, days, 11)), clockFaults: null },
  };
});
