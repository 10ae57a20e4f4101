import type { BlockDevice, ThinInventory, ThinPoolItem } from '@silt/domain';
import type { CommandCall } from '../command.ts';
import { HangError, type HangGuard } from '../hang-guard.ts';
import { type Probed, type Problem, problemOf } from '../problem.ts';
import { askThins, DMSETUP_DEADLINE_MILLISECONDS, type DmsetupCall, type DmsetupCommand } from './dmsetup.ts';
import { joinThins } from './join-thins.ts';
import { guessPool, makerOf, poolNameOf } from './names.ts';
import { type PoolTable, parsePoolTable, parseTargets, type Target } from './parse.ts';
import { MAX_POOLS } from './read.ts';
import { readLvm } from './read-lvm.ts';

const SECTOR_BYTES = 512;

export interface ThinInventoryTools {
  guard: HangGuard;
  dmsetup: DmsetupCall;
  command: CommandCall;
  /** All block devices of this host. */
  devices: readonly BlockDevice[];
  /** Tables that were read already, by the device mapper's name: those pools are not asked again. */
  tables: ReadonlyMap<string, PoolTable>;
}

/** Thin devices of every pool, and LVM's view where it made a pool. A host without pools starts no program. */
export async function readThinInventory(tools: ThinInventoryTools): Promise<Probed<ThinInventory>> {
  const problems: Problem[] = [];
  const pools = await readPools(tools, problems);
  if (pools.length === 0) return { value: { pools, devices: [], lvm: null }, problems };
  const { devices } = tools;
  const tables = await readThins('table', tools, problems);
  // Whoever may not read the tables may not read this either.
  const statuses = tables === null ? null : await readThins('status', tools, problems);
  const joined = joinThins({ devices, pools, tables: tables?.targets ?? null, statuses: statuses?.targets ?? null });
  const [mistake] = joined.mistakes;
  if (mistake !== undefined) {
    const count = joined.mistakes.length;
    problems.push({ status: 'failed', text: `thin devices: ${mistake}${count === 1 ? '' : ` (${count} lines)`}` });
  }
  // LVM would hang on the same device.
  const mayAskLvm = pools.some(({ maker }) => maker === 'lvm') && !(tables?.stalled || statuses?.stalled);
  const lvm = mayAskLvm ? await readLvm(tools, problems) : null;
  return { value: { pools, devices: joined.devices, lvm }, problems };
}

async function readPools(tools: ThinInventoryTools, problems: Problem[]): Promise<ThinPoolItem[]> {
  const candidates = tools.devices.flatMap((device) => {
    const { dm, below } = device;
    const guess = dm === null ? 'no' : guessPool({ dmName: dm.name, uuid: dm.uuid }, below.length);
    return dm === null || guess === 'no' ? [] : [{ device, dm, isSure: guess === 'pool' }];
  });
  if (candidates.length > MAX_POOLS) {
    const left = candidates.length - MAX_POOLS;
    problems.push({ status: 'failed', text: `${left} thin pools are more than are read` });
  }
  const untold: Problem[] = [];
  const pools = await Promise.all(
    candidates.slice(0, MAX_POOLS).map(async ({ device, dm, isSure }): Promise<ThinPoolItem[]> => {
      const table = tools.tables.get(dm.name) ?? (await askTable(dm.name, tools));
      if (table !== null && 'text' in table && isSure) untold.push(table);
      const own = table === null || 'text' in table ? null : table;
      return own === null && !isSure ? [] : [poolOf(device, dm, own)];
    }),
  );
  problems.push(...countAlike(untold));
  return pools.flat();
}

function poolOf(
  { device, sizeBytes }: BlockDevice,
  { name: dmName, uuid }: NonNullable<BlockDevice['dm']>,
  table: PoolTable | null,
): ThinPoolItem {
  const own = { dmName, uuid };
  const maker = makerOf(own);
  return {
    ...{ name: poolNameOf(own), dmName, uuid, maker, device },
    dataCapacityBytes: sizeBytes,
    lowWaterBlocks: table?.lowWaterBlocks ?? null,
    autoextendThresholdPercent: maker === 'lvm' && table !== null ? thresholdOf(table, sizeBytes) : null,
  };
}

/** LVM sets the mark to what is free at its threshold, and to 0 where it shall not enlarge the pool (lvmthin(7)). */
function thresholdOf({ lowWaterBlocks, dataBlockSectors }: PoolTable, sizeBytes: number | null): number | null {
  if (lowWaterBlocks === null || dataBlockSectors === null || sizeBytes === null) return null;
  const blocks = sizeBytes / (dataBlockSectors * SECTOR_BYTES);
  return blocks > 0 ? Math.max(0, Math.round(100 - (100 * lowWaterBlocks) / blocks)) : null;
}

/** null = a device without a pool in its table. */
async function askTable(dmName: string, { guard, dmsetup }: ThinInventoryTools): Promise<PoolTable | Problem | null> {
  try {
    // Not the name alone: the fast beat may ask for the same device at this moment.
    const call = () => dmsetup('table', dmName);
    const answer = await guard.run('command', `table of ${dmName}`, DMSETUP_DEADLINE_MILLISECONDS, call);
    if (typeof answer !== 'string') return answer;
    const targets = parseTargets(answer);
    const line = typeof targets === 'string' ? null : targets.find(({ type }) => type === 'thin-pool');
    const table = typeof targets === 'string' ? targets : line === undefined ? null : parsePoolTable(line?.words ?? []);
    return typeof table === 'string' ? { status: 'failed', text: table } : table;
  } catch (error) {
    return problemOf('dmsetup', error);
  }
}

/** One problem for all pools that have the same. */
function countAlike(untold: readonly Problem[]): Problem[] {
  const counts = new Map<string, number>();
  for (const { text } of untold) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].map(([text, count]) => ({
    status: untold.find((one) => one.text === text)?.status ?? 'failed',
    text: `low-water mark of ${count === 1 ? 'a thin pool' : `${count} thin pools`}: ${text}`,
  }));
}

interface ThinLines {
  /** null = not read. */
  targets: Target[] | null;
  stalled: boolean;
}

/** null = it may not be asked, or cannot be. */
async function readThins(
  command: DmsetupCommand,
  { guard, command: run }: ThinInventoryTools,
  problems: Problem[],
): Promise<ThinLines | null> {
  const fail = (problem: Problem): void => {
    problems.push({ ...problem, text: `thin devices: ${problem.text}` });
  };
  try {
    const call = () => askThins(run, command);
    const answer = await guard.run('command', `${command} of thins`, DMSETUP_DEADLINE_MILLISECONDS, call);
    if (typeof answer !== 'string') {
      fail(answer);
      return null;
    }
    const targets = answer === '' ? [] : parseTargets(answer);
    if (typeof targets !== 'string') return { targets, stalled: false };
    fail({ status: 'failed', text: targets });
    return { targets: null, stalled: false };
  } catch (error) {
    fail(problemOf('dmsetup', error));
    return { targets: null, stalled: error instanceof HangError };
  }
}
