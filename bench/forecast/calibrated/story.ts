import assert from 'node:assert/strict';
import { DAY_SECONDS, type Family, HOUR_SECONDS, type Trace } from '../family.ts';
import { Draw } from '../shapes/draw.ts';
import { readTimes } from './read-times.ts';
import { type Volume, volumeOf } from './volume.ts';

/** Used share of the capacity at a moment in seconds; asked with rising moments. */
export type Course = (at: number) => number;

/** A family that is told by its course alone: volumes and sampling are the same for all. */
export interface Story {
  name: string;
  exhausts: boolean;
  isRunaway?: boolean;
  resource?: string;
  /** Drawn anew until it fills where it should, and only there. */
  course: (draw: Draw, days: number) => Course;
}

const MAX_TRIES = 100;
/** No trace is full earlier than this, parts of its days. */
const EARLIEST_FULL = 0.28;
const [SHORTEST_TAIL_HOURS, LONGEST_TAIL_HOURS] = [1, 8];

export function familyOf({ name, exhausts, isRunaway = false, resource = 'filesystem', course }: Story): Family {
  return {
    ...{ name, exhausts, isRunaway },
    make(random, days) {
      const draw = new Draw(random);
      for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
        const { samples, exhaustedAt, capacity } = read(draw, course(draw, days), volumeOf(draw), days);
        const isAsTold = exhausts ? (exhaustedAt ?? 0) > EARLIEST_FULL * days * DAY_SECONDS : exhaustedAt === null;
        if (!isAsTold) continue;
        const id = `${name}-${draw.whole(0, 0xffffffff).toString(16).padStart(8, '0')}`;
        return { id, family: name, resource, capacityBytes: [[0, capacity]], samples, exhaustedAt };
      }
      assert.fail(`no ${name} came out as it should in ${MAX_TRIES} tries`);
    },
  };
}

interface Readings extends Pick<Trace, 'samples' | 'exhaustedAt'> {
  capacity: number;
}

/** Once full it stays so, and is read for some hours more. */
function read(draw: Draw, course: Course, { capacity, unit }: Volume, days: number): Readings {
  const tail = draw.between(SHORTEST_TAIL_HOURS, LONGEST_TAIL_HOURS) * HOUR_SECONDS;
  const samples: Trace['samples'] = [];
  let exhaustedAt: number | null = null;
  for (const at of readTimes(draw, days * DAY_SECONDS)) {
    if (exhaustedAt !== null && at > exhaustedAt + tail) break;
    const share = exhaustedAt === null ? course(at) : 1;
    const used = Math.round((Math.min(1, Math.max(0, share)) * capacity) / unit) * unit;
    if (used >= capacity) exhaustedAt ??= at;
    samples.push([at, used]);
  }
  return { samples, exhaustedAt, capacity };
}
