import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ThinPoolFacts, ThinPoolState } from '@silt/domain';
import { HangError, type HangGuard } from '../hang-guard.ts';
import { errorCode, type Probed, type Problem, problemOf } from '../problem.ts';
import type { Roots } from '../roots.ts';
import { readTextIfThere } from '../text-file.ts';
import { DMSETUP_DEADLINE_MILLISECONDS, type DmsetupCall, type DmsetupCommand } from './dmsetup.ts';
import { factsOfPool, type PoolSeries, seriesOfPool, stateOfPool } from './facts.ts';
import { guessPool, type PoolDevice, type PoolGuess, parseDmName, poolNameOf } from './names.ts';
import {
  type Broken,
  type PoolStatus,
  type PoolTable,
  parsePoolStatus,
  parsePoolTable,
  parseTargets,
  type Target,
} from './parse.ts';

export const MAX_POOLS = 64;

export interface ThinPoolReading extends PoolDevice {
  /** `vg/pool`, or the device mapper's name. */
  name: string;
  /** `loop1` if the data lies on a loop file. */
  dataLoop: string | null;
  facts: ThinPoolFacts;
  series: PoolSeries;
}

export interface ThinPoolTools {
  guard: HangGuard;
  dmsetup: DmsetupCall;
  /** Last tables of the pools seen, by the device mapper's name; added to here. They tell while a pool stalls. */
  tables: Map<string, PoolTable>;
}

interface Candidate extends PoolDevice {
  /** `dm-3`. */
  node: string;
  guess: Exclude<PoolGuess, 'no'>;
  slaves: string[];
  suspended: boolean | null;
}

/** Every thin pool of this kernel. A host without a device mapper, or without pools, has nothing to read. */
export async function readThinPools(roots: Roots, tools: ThinPoolTools): Promise<Probed<ThinPoolReading[]>> {
  const folder = join(roots.sysRoot, 'block');
  const problems: Problem[] = [];
  const candidates = await findCandidates(folder, problems);
  if (candidates.length > MAX_POOLS) {
    const left = candidates.length - MAX_POOLS;
    problems.push({ status: 'failed', text: `${left} thin pools are more than are read` });
  }
  const names = new Set(candidates.map(({ dmName }) => dmName));
  for (const name of tools.tables.keys()) if (!names.has(name)) tools.tables.delete(name);
  const readings = await Promise.all(
    candidates.slice(0, MAX_POOLS).map(async (candidate) => {
      const { isPool, state, status, table, problem } = await tell(candidate, tools);
      const name = poolNameOf(candidate);
      if (problem !== null) {
        if (!(await isStillThere(candidate, folder))) return [];
        problems.push({ ...problem, text: `${name}: ${problem.text}` });
      }
      if (!isPool) return [];
      const { dmName, uuid, slaves, suspended } = candidate;
      const dataLoop = await loopOfData(slaves, table, folder);
      const facts = factsOfPool(state, status, table, suspended);
      return [{ dmName, uuid, name, dataLoop, facts, series: seriesOfPool(status, table) }];
    }),
  );
  return { value: readings.flat(), problems };
}

async function findCandidates(folder: string, problems: Problem[]): Promise<Candidate[]> {
  const nodes = (await namesIn(folder)).filter((name) => /^dm-\d+$/.test(name)).sort();
  const found = await Promise.all(
    nodes.map(async (node): Promise<Candidate[]> => {
      try {
        return await readCandidate(folder, node, problems);
      } catch (error) {
        problems.push(problemOf(node, error));
        return [];
      }
    }),
  );
  return found.flat();
}

async function readCandidate(folder: string, node: string, problems: Problem[]): Promise<Candidate[]> {
  const read = (file: string) => readTextIfThere(join(folder, node, 'dm', file));
  const [nameText, uuidText] = await Promise.all([read('name'), read('uuid')]);
  if (nameText === null) return [];
  const dmName = parseDmName(nameText);
  if (dmName === null) {
    problems.push({ status: 'failed', text: `${node}: its name cannot be understood` });
    return [];
  }
  const uuid = (uuidText ?? '').trim();
  if (guessPool({ dmName, uuid }, 2) === 'no') return [];
  const [slaves, suspended] = await Promise.all([namesIn(join(folder, node, 'slaves')), read('suspended')]);
  const guess = guessPool({ dmName, uuid }, slaves.length);
  if (guess === 'no') return [];
  return [{ node, dmName, uuid, guess, slaves, suspended: suspended === null ? null : suspended.trim() === '1' }];
}

interface Told {
  /** A device that only looked like one is none. */
  isPool: boolean;
  state: ThinPoolState | null;
  status: PoolStatus | null;
  table: PoolTable | null;
  problem: Problem | null;
}

async function tell(candidate: Candidate, tools: ThinPoolTools): Promise<Told> {
  const { dmName, guess } = candidate;
  const isKnown = guess === 'pool' || tools.tables.has(dmName);
  const answer = await ask('table', dmName, tools);
  if (!Array.isArray(answer)) {
    const table = answer.stalled ? (tools.tables.get(dmName) ?? null) : null;
    const { status, text } = answer.problem;
    const problem = { status, text: isKnown ? text : `not known whether it is a thin pool: ${text}` };
    return { isPool: isKnown, state: answer.stalled ? 'stalled' : null, status: null, table, problem };
  }
  const line = answer.find(({ type }) => type === 'thin-pool');
  const table = line === undefined ? null : parsePoolTable(line.words);
  if (table === null) return tellOther(answer, isKnown);
  if (typeof table === 'string') {
    return { isPool: true, state: null, status: null, table: null, problem: { status: 'failed', text: table } };
  }
  tools.tables.set(dmName, table);
  return tellStatus(dmName, table, tools);
}

/** A device whose table has no thin pool in it. */
function tellOther(targets: readonly Target[], isKnown: boolean): Told {
  const told = { isPool: isKnown, status: null, table: null };
  if (!isKnown) return { ...told, state: null, problem: null };
  if (targets.length === 0) {
    return { ...told, state: 'no-table', problem: { status: 'unavailable', text: 'no table is loaded' } };
  }
  const types = [...new Set(targets.map(({ type }) => type))].join(', ');
  return { ...told, state: null, problem: { status: 'failed', text: `its table is of ${types}, not of a thin pool` } };
}

async function tellStatus(dmName: string, table: PoolTable, tools: ThinPoolTools): Promise<Told> {
  const told = { isPool: true, status: null, table };
  const answer = await ask('status', dmName, tools);
  if (!Array.isArray(answer)) {
    return { ...told, state: answer.stalled ? 'stalled' : null, problem: answer.problem };
  }
  const line = answer.find(({ type }) => type === 'thin-pool');
  const status = line === undefined ? 'the answer has no line of a thin pool' : parsePoolStatus(line.words);
  if (typeof status === 'string') return { ...told, state: null, problem: { status: 'failed', text: status } };
  const state = stateOfPool(status, table);
  if ('broken' in status) return { ...told, state, problem: { status: 'failed', text: BROKEN_TEXTS[status.broken] } };
  return { ...told, state, status, problem: problemOfStatus(status, table) };
}

const BROKEN_TEXTS: Record<Broken, string> = {
  failed: 'the pool has failed and does no I/O',
  error: "the kernel could not read the pool's metadata",
};

function problemOfStatus(status: PoolStatus, table: PoolTable): Problem | null {
  if (status.mode === null) return { status: 'failed', text: 'the status line has no mode that is known' };
  if (Object.values(seriesOfPool(status, table)).some((value) => value === null)) {
    return { status: 'failed', text: 'a number is beyond 2^53 and was not read' };
  }
  return null;
}

interface Unanswered {
  problem: Problem;
  /** The command about this pool does not come back. */
  stalled: boolean;
}

async function ask(command: DmsetupCommand, dmName: string, tools: ThinPoolTools): Promise<Target[] | Unanswered> {
  try {
    const call = () => tools.dmsetup(command, dmName);
    const answer = await tools.guard.run('command', dmName, DMSETUP_DEADLINE_MILLISECONDS, call);
    if (typeof answer !== 'string') return { problem: answer, stalled: false };
    const targets = parseTargets(answer);
    return typeof targets === 'string' ? { problem: { status: 'failed', text: targets }, stalled: false } : targets;
  } catch (error) {
    return { problem: problemOf('dmsetup', error), stalled: error instanceof HangError && error.isOwn };
  }
}

/** The loop device that the table calls the data device. */
async function loopOfData(slaves: readonly string[], table: PoolTable | null, folder: string): Promise<string | null> {
  if (table === null) return null;
  for (const slave of slaves.filter((name) => /^loop\d+$/.test(name))) {
    const device = await readTextIfThere(join(folder, slave, 'dev')).catch(() => null);
    if (device?.trim() === table.dataDevice) return slave;
  }
  return null;
}

/** Between finding it and asking for it, a pool may go. */
async function isStillThere({ node, dmName }: Candidate, folder: string): Promise<boolean> {
  const text = await readTextIfThere(join(folder, node, 'dm/name')).catch(() => null);
  return text !== null && parseDmName(text) === dmName;
}

/** Names in a folder; none when it is not there. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
