import { between, chance, logBetween, logNormal, pick, type Random, wholeBetween } from '../draw.ts';
import { drawAmbience } from './ambience.ts';
import { type Course, cumulated, drawRates, type Host, STEPS_A_DAY, STEPS_AN_HOUR, sumOf, valueAt } from './host.ts';
import { drawCapacity, drawResource, familyOf, GIB, type Story } from './reading.ts';

/** When it is to be full, in steps: after day 8, before the end. */
const drawFullStep = ({ random, steps }: Host): number => between(random, 9 * STEPS_A_DAY, steps - 1);

const drawStart = (random: Random): number => between(random, 0.4, 0.85);

/** From `start` to 1 at `full`, in the way in which `grown` grows. */
function reaching(grown: Course, start: number, full: number, end = 1): Course {
  const [from, upTo] = [valueAt(grown, 0), valueAt(grown, full)];
  return grown.map((value) => start + ((end - start) * (value - from)) / (upTo - from));
}

const filling = (name: string, draw: (host: Host) => Course, isRunaway = false) =>
  familyOf({
    ...{ name, exhausts: true, isRunaway },
    draw: (host): Story => ({
      used: draw(host),
      resource: drawResource(host.random),
      capacityBytes: drawCapacity(host.random),
    }),
  });

/** Containers that are never removed, volumes of services long gone: a little more each day. */
const orphanedVolumes = filling('orphaned-volumes', (host) =>
  sumOf(
    reaching(cumulated(drawRates(host)), between(host.random, 0.4, 0.86), drawFullStep(host)),
    drawAmbience(host, { largest: 0.03 }),
  ),
);

/** Logs are rotated and images pruned, but what lies under them grows. */
const leakUnderRotation = filling('leak-under-rotation', (host) => {
  const { random } = host;
  const everyDays = pick(random, [0.5, 1, 1, 1, 1, 2, 3.5, 7]);
  const every = Math.round(everyDays * STEPS_A_DAY);
  const first = wholeBetween(random, 0, every - 1);
  const tooth = logBetween(random, 0.05, 0.25) * (everyDays > 1 ? 0.45 : 1);
  let piled = (tooth * (every - first)) / every;
  const teeth = drawRates(host).map((rate, step) => {
    piled += (tooth * rate) / every;
    if (step % every === first) piled *= between(random, 0, 0.1);
    return piled;
  });
  const leak = reaching(cumulated(drawRates(host)), between(random, 0.4, 0.82), drawFullStep(host));
  return sumOf(leak, teeth, drawAmbience(host, { largest: 0.02 }));
});

/** A queue that nobody empties, retries of retries: each day adds more than the one before. */
const growingBacklog = filling('growing-backlog', (host) => {
  const { random, steps } = host;
  const full = drawFullStep(host);
  const rates = drawRates(host);
  const doubling = logBetween(random, 1.5, 6) * STEPS_A_DAY;
  const power = between(random, 1, 3.5);
  const isPower = chance(random, 0.5);
  const faster = rates.map(
    (rate, step) => rate * (isPower ? (step / steps) ** power : 2 ** ((step - steps) / doubling)),
  );
  return sumOf(reaching(cumulated(faster), drawStart(random), full), drawAmbience(host, { largest: 0.03 }));
});

/** btrfs takes whole chunks and keeps them, a thin pool large extents; a balance now and then gives some back. */
const allocatedChunks = familyOf({
  name: 'allocated-chunks',
  exhausts: true,
  draw(host) {
    const { random } = host;
    const isBtrfs = chance(random, 0.65);
    const capacityBytes = Math.round(logBetween(random, 20, 160)) * GIB;
    const chunk = isBtrfs ? GIB / capacityBytes : logBetween(random, 0.005, 0.045);
    const needed = reaching(cumulated(drawRates(host)), drawStart(random), drawFullStep(host));
    const ambience = drawAmbience(host, { copies: 2, largest: 0.02 });
    const balanceEvery = chance(random, 0.3)
      ? Math.round(between(random, 3, 8) * STEPS_A_DAY)
      : Number.POSITIVE_INFINITY;
    let chunks = 0;
    const used = needed.map((value, step) => {
      const least = Math.ceil((value + valueAt(ambience, step)) / chunk);
      if (step % balanceEvery === balanceEvery - 1) chunks -= wholeBetween(random, 0, 3);
      chunks = Math.max(chunks, least);
      return chunks * chunk;
    });
    return { used, resource: isBtrfs ? 'btrfs-unallocated' : 'thin-data', capacityBytes };
  },
});

const METADATA_BLOCK_BYTES = 4_096;

/** Metadata of a thin pool: few blocks, a jump with each snapshot, and a trickle while shared blocks are broken. */
const snapshotMetadata = familyOf({
  name: 'snapshot-metadata',
  exhausts: true,
  draw(host) {
    const { random, steps } = host;
    const blocks = Math.round(logBetween(random, 512, 32_768));
    const every = Math.round(pick(random, [4, 12, 24, 24, 48, 72]) * STEPS_AN_HOUR);
    const first = wholeBetween(random, 0, every - 1);
    const inSnapshots = between(random, 0.4, 0.95);
    const freed = chance(random, 0.4) ? between(random, 0.2, 0.5) : 0;
    const grown = cumulated(
      drawRates(host).map((rate, step) => {
        const jump = step % every === first ? inSnapshots * every * logNormal(random, 0.3) : 0;
        return (
          (1 - inSnapshots) * rate + jump - (step % (STEPS_A_DAY * 2) === first ? freed * STEPS_A_DAY * random() : 0)
        );
      }),
    );
    const used = reaching(grown, drawStart(random), between(random, 9 * STEPS_A_DAY, steps - 1));
    const noise = drawAmbience(host, { wander: 0.003, copies: 2, largest: 0.02 });
    const whole = sumOf(used, noise).map((share) => Math.floor(share * blocks + 1e-6) / blocks);
    return { used: whole, resource: 'thin-metadata', capacityBytes: blocks * METADATA_BLOCK_BYTES };
  },
});

/** Each job of a CI runner leaves something behind, on working days; some runners clean a part at the weekend. */
const runnerLeftovers = filling('runner-leftovers', (host) => {
  const { random } = host;
  const jobsADay = logBetween(random, 1, 25);
  const spread = between(random, 0.4, 1.1);
  const atWeekend = chance(random, 0.5) ? 0 : between(random, 0, 0.2);
  const cleans = chance(random, 0.25) ? between(random, 0.1, 0.3) : 0;
  let week = 0;
  const left = host.activity.map((activity, step) => {
    const isDone = chance(random, (jobsADay * activity ** 2 * (host.isWeekend(step) ? atWeekend : 1)) / STEPS_A_DAY);
    const cleaned = host.isWeekend(step) && !host.isWeekend(step - 1) ? cleans * week : 0;
    week = cleaned > 0 ? 0 : week + (isDone ? 1 : 0);
    return (isDone ? logNormal(random, spread) : 0) - cleaned;
  });
  return sumOf(
    reaching(cumulated(left), drawStart(random), drawFullStep(host)),
    drawAmbience(host, { copies: 3, largest: 0.03 }),
  );
});

/** All is well for weeks; then a release begins to leak. */
const leakSinceRelease = filling('leak-since-release', (host) => {
  const { random } = host;
  const full = drawFullStep(host);
  const onset = full - logBetween(random, 2, 7) * STEPS_A_DAY;
  const rates = drawRates(host, between(random, 0.05, 0.25)).map((rate, step) => (step < onset ? 0 : rate));
  return sumOf(reaching(cumulated(rates), between(random, 0.3, 0.85), full), drawAmbience(host, { largest: 0.03 }));
});

/** Debug logging that was left on, a core dump loop, a query that spills: full within hours. */
const runawayLog = filling(
  'runaway-log',
  (host) => {
    const { random } = host;
    const full = drawFullStep(host);
    const hours = logBetween(random, 6, 32);
    const onset = full - hours * STEPS_AN_HOUR;
    const power = pick(random, [0, 0, 0.5, 1]);
    const rates = drawRates(host, 0.1).map((rate, step) => (step < onset ? 0 : rate * (step - onset + 1) ** power));
    return sumOf(reaching(cumulated(rates), between(random, 0.25, 0.85), full), drawAmbience(host, { largest: 0.03 }));
  },
  true,
);

/** Someone makes the volume larger when it is nearly full; the leak goes on. */
const leakPastResize = familyOf({
  name: 'leak-past-resize',
  exhausts: true,
  draw(host) {
    const { random } = host;
    const factor = 1 + logBetween(random, 0.08, 0.5);
    const leak = reaching(cumulated(drawRates(host)), between(random, 0.4, 0.8), drawFullStep(host), factor);
    const used = sumOf(leak, drawAmbience(host, { largest: 0.03 }));
    const noticedAt = between(random, 0.55, 0.92);
    const noticed = used.findIndex((share) => share > noticedAt);
    const step = noticed + Math.round(between(random, 0, 12) * STEPS_AN_HOUR);
    return {
      ...{ used, resource: drawResource(random), capacityBytes: drawCapacity(random) },
      resize: { step: Math.max(1, step), factor },
    };
  },
});

export const FILLING = [
  ...[orphanedVolumes, leakUnderRotation, growingBacklog, allocatedChunks, snapshotMetadata, runnerLeftovers],
  ...[leakSinceRelease, runawayLog, leakPastResize],
];
