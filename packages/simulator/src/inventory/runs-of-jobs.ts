import type { Image } from './images.ts';
import type { Moment } from './moment.ts';
import { prunedAt, type Run, recentSpan, runsBetween } from './runs.ts';
import type { Job } from './workloads.ts';
import {
  anonymousVolume,
  type Container,
  remnantOf,
  remnantSpan,
  type Volume,
  type WorldBuilder,
} from './world-builder.ts';

const WEEK_MILLISECONDS = 604_800_000;
const NESTED_LAYERS = 3;
const HALF_REMOVED_SHARE = 0.3;
/** Of the runs of a day, every third leaves its layer mounted elsewhere. */
const LEAKING_RUNS = 3;
const LEAKED_MIB = [7_400, 11_600] as const;
const JOB_MIB = [20, 240] as const;
const NESTED_MIB = [120, 700] as const;

interface Placed {
  job: Job;
  /** Of the workload's jobs. */
  number: number;
  slot: number;
}

/** `forgotten`: its container is removed and its layer is not. `left`: nothing but its volume. */
type Fate = 'running' | 'exited' | 'dead' | 'forgotten' | 'left' | 'gone';

/** What the runs of a job have on the host at the moment. */
export function placeRuns(builder: WorldBuilder, { job, number, slot }: Placed): void {
  const { moment } = builder;
  const { leftovers, keptSince, leaksSince } = moment.story;
  const stories = [job.isNested ? leftovers?.since : undefined, ...(number === 0 ? [keptSince, leaksSince] : [])];
  const starts = stories.filter((since) => since !== undefined).map((since) => remnantSpan(builder, since).from);
  const span = { from: Math.min(recentSpan(moment.at).from, ...starts), to: moment.at };
  builder.image(job, slot, weekOf(moment.at));
  for (const run of runsBetween(moment, builder.label(job.name), job.runsADay, span)) {
    const fate = fateOf(builder, run, number, job);
    if (fate === 'gone') continue;
    const own = job.isNested === true ? nestedVolume(builder, run) : null;
    if (fate === 'left') continue;
    const image = builder.image(
      job,
      slot,
      weekOf(run.beginsAt),
      weekOf(run.beginsAt).number !== weekOf(moment.at).number,
    );
    place(builder, { run, job, slot, image, own }, fate);
  }
}

function fateOf(builder: WorldBuilder, run: Run, number: number, job: Job): Fate {
  const { moment } = builder;
  const { leftovers, keptSince, leaksSince } = moment.story;
  if (moment.at < run.endsAt && run.beginsAt > moment.bootedAt) return 'running';
  const isOf = (since: number | undefined) => since !== undefined && run.beginsAt >= remnantSpan(builder, since).from;
  if (number === 0 && run.number === 0 && isOf(keptSince)) return 'exited';
  if (number === 0 && run.number % LEAKING_RUNS === 0 && isOf(leaksSince))
    return run.number === 0 ? 'dead' : 'forgotten';
  if (run.fails && moment.at < prunedAt(run)) return 'exited';
  const isLeft = job.isNested === true && leftovers !== undefined && run.number < leftovers.runsADay;
  return isLeft && isOf(leftovers.since) ? 'left' : 'gone';
}

interface PlacedRun {
  run: Run;
  job: Job;
  slot: number;
  image: Image;
  own: Volume | null;
}

function place(
  builder: WorldBuilder,
  { run, job, slot, image, own }: PlacedRun,
  fate: Exclude<Fate, 'gone' | 'left'>,
): void {
  const { moment, world } = builder;
  const { label, beginsAt, endsAt } = run;
  const isLeak = fate === 'dead' || fate === 'forgotten';
  const mountId = moment.hex(`mount ${label}`);
  // A mount does not outlive a boot.
  if (isLeak && beginsAt > moment.bootedAt) world.held.push({ label, mountId, at: beginsAt });
  const [low, high] = isLeak ? LEAKED_MIB : JOB_MIB;
  const writableBytes = builder.mib(label, low, high);
  if (fate === 'forgotten') {
    const remnant = remnantOf(builder, run, { kind: 'orphan', parent: image, lane: builder.lane(slot) });
    world.remnants.push({ ...remnant, sizeBytes: writableBytes });
    return;
  }
  const container: Container = {
    ...{ label, id: moment.hex(`container ${label}`), mountId, image, lane: builder.lane(slot), state: fate },
    ...{ name: `${job.name}-${moment.hex(label, 8)}`, createdAt: beginsAt, startedAt: beginsAt },
    ...{ endedAt: fate === 'running' ? null : Math.min(endsAt, moment.at), service: null },
    ...{ isPrivileged: job.isNested === true, binds: [], writableBytes },
    volumes: own === null ? [] : [{ volume: own, path: '/var/lib/docker' }],
  };
  world.containers.push(container);
}

function nestedVolume(builder: WorldBuilder, run: Run): Volume {
  const { moment } = builder;
  const names = Array.from({ length: NESTED_LAYERS }, (_, layer) => moment.hex(`nested ${run.label} ${layer}`)).sort();
  const sizeBytes = builder.mib(`nested ${run.label}`, ...(moment.story.leftovers?.mib ?? NESTED_MIB));
  const isHalfRemoved = moment.at >= run.endsAt && moment.share(run.label, 5) < HALF_REMOVED_SHARE;
  return anonymousVolume(builder, run.label, run.beginsAt, { names, sizeBytes, at: run.beginsAt, isHalfRemoved });
}

/** Images of jobs are made anew each week. */
function weekOf(at: Moment['at']): { number: number; at: number } {
  const number = Math.floor(at / WEEK_MILLISECONDS);
  return { number, at: number * WEEK_MILLISECONDS };
}
