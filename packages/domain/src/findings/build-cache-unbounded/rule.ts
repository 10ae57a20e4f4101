import type { DockerBuildCacheRecord, DockerDaemon } from '../../inventory/index.ts';
import { keyOf } from '../../items/run/make-item.ts';
import type { SeriesName } from '../../series.ts';
import {
  beginAnswer,
  configureDaemon,
  DAY_MILLISECONDS,
  type DockerPlace,
  dockerLine,
  SMALL_BYTES,
  stoodForADay,
  wasThereADayAgo,
  wayTo,
} from '../docker-place.ts';
import { growthFor, standingOf } from '../hysteresis.ts';
import { fallsBy, heldSeriesOf } from '../promise.ts';
import { defineRule, type FindingInput } from '../rule.ts';
import { destroy, expectAfter, look } from '../steps.ts';
import { text } from './text.ts';

const ID = 'build-cache-unbounded';
const WEEK_MILLISECONDS = 7 * DAY_MILLISECONDS;
/** In a week; less is no growth that fills a disk. */
const MIN_NEW_BYTES = SMALL_BYTES;
/** Unused for a week: with a bound that is reached, the oldest would be the first to go. */
const MIN_STALE_BYTES = SMALL_BYTES;
/** moby/moby#37846. */
const GC_LINES = '{ "builder": { "gc": { "enabled": true, "defaultKeepStorage": "20GB" } } }';

export type BuildCache = {
  place: DockerPlace;
  gc: 'off' | 'not set';
  recordCount: number;
  /** Layers that images share are in it too. */
  bytes: number;
  /** Of records made in the last 7 days that were there a day ago. */
  newBytes: number;
  /** Of records that no build has used for 7 days, and none was using a day ago. */
  staleBytes: number;
  /** What falls when they are deleted; null = store not known. */
  usedSeries: SeriesName | null;
};

export const buildCacheUnbounded = defineRule<BuildCache>({
  id: ID,
  needsPast: true,
  basis: ['moby/moby#49826', 'moby/moby#37846'],
  wasSeen: false,
  check(input) {
    const { answer, roots } = beginAnswer<BuildCache>(input);
    for (const { root, place } of roots) {
      const subject = place.rootKey;
      const daemon = root.daemons.find(({ state }) => state === 'answers') ?? root.daemons[0];
      if (daemon === undefined || hasNoBuildCache(daemon)) continue;
      const { buildCache, buildCacheGc } = daemon;
      if (buildCache === null) answer.cannotTell.push({ subject, missing: 'docker-socket' });
      if (buildCache === null || buildCache.length === 0 || buildCacheGc === 'on') continue;
      if (buildCacheGc === null) {
        answer.cannotTell.push({ subject, missing: 'configuration' });
        continue;
      }
      const sums = sumsOf(buildCache, subject, input);
      const standing = standingOf(input, ID, subject);
      const isGrowing = sums.newBytes >= growthFor(standing, 'warning', MIN_NEW_BYTES);
      if (!isGrowing || sums.staleBytes < growthFor(standing, 'warning', MIN_STALE_BYTES)) continue;
      const usedSeries = heldSeriesOf(input.snapshot, root.layersStoreKey);
      const evidence = { place, gc: buildCacheGc, recordCount: buildCache.length, ...sums, usedSeries };
      answer.findings.push({ subject, storeKey: root.layersStoreKey, severity: 'warning', evidence });
    }
    return answer;
  },
  remedy: ({ place }) => [
    ...wayTo(place),
    look(
      dockerLine(place, 'system', 'df', '-v'),
      'The build cache is the last part: each record with its size and when it was last used.',
      '最后一部分是构建缓存：每条记录的大小和上次使用时间。',
    ),
    destroy(
      dockerLine(place, 'builder', 'prune', '--filter', 'until=168h'),
      'Asks before it removes what no build has used for 7 days. Nothing is lost but time: the next build makes it anew.',
      '确认后删除 7 天未被使用的缓存。除了时间不会损失任何东西：下次构建会重新生成。',
    ),
    ...configureDaemon(place, GC_LINES),
    expectAfter(
      'The build cache stays below the bound, here 20 GB.',
      '构建缓存保持在上限之内，此处为 20 GB。',
      dockerLine(place, 'system', 'df'),
    ),
  ],
  promise: ({ staleBytes, usedSeries }) => fallsBy(staleBytes, usedSeries),
  text,
  // docker-btrfs-6-buildkit with the sizes of two records and the dates of one edited.
  example: {
    place: {
      ...{ rootKey: 'docker:/srv/lab/run/b/docker.sock', dataRoot: '/srv/lab/mnt/dbtr/docker' },
      ...{ socket: '/srv/lab/run/b/docker.sock', unit: null, nestedInContainerId: null, isInPod: false },
    },
    ...{ gc: 'not set', recordCount: 7, bytes: 10_737_418_642, newBytes: 4_294_967_698, staleBytes: 6_442_450_944 },
    usedSeries: 'dataUsedBytes',
  },
});

/** Before 18.09 a daemon had none of its own (Docker, Engine API version history, v1.39). */
function hasNoBuildCache({ apiVersion, buildCache }: DockerDaemon): boolean {
  const [major = 0, minor = 0] = (apiVersion ?? '').split('.').map(Number);
  return buildCache === null && apiVersion !== null && (major < 1 || (major === 1 && minor < 39));
}

function sumsOf(
  records: readonly DockerBuildCacheRecord[],
  rootKey: string,
  { past, now }: FindingInput,
): Pick<BuildCache, 'bytes' | 'newBytes' | 'staleBytes'> {
  const isWithinWeek = (at: string | null): boolean => at !== null && now - Date.parse(at) <= WEEK_MILLISECONDS;
  const sum = (some: readonly DockerBuildCacheRecord[]): number =>
    some.reduce((bytes, { sizeBytes }) => bytes + (sizeBytes ?? 0), 0);
  const made = records.filter(
    ({ id, createdAt }) => isWithinWeek(createdAt) && wasThereADayAgo(past, keyOf('build-cache', rootKey, id), now),
  );
  const stale = records.filter(({ id, inUse, createdAt, lastUsedAt }) => {
    const usedAt = lastUsedAt ?? createdAt;
    const isUnused = inUse === false && stoodForADay(past, keyOf('build-cache', rootKey, id), now);
    return isUnused && usedAt !== null && !isWithinWeek(usedAt);
  });
  return { bytes: sum(records), newBytes: sum(made), staleBytes: sum(stale) };
}
