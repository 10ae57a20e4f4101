import type { SeriesName, StoreForecast } from '@silt/domain';
import { expect } from 'vitest';
import type { Finding, FindingInput, FindingPast, Rule } from '../../domain/src/findings/rule.ts';
import { type Findings, findAll } from '../../domain/src/findings/rules.ts';
import { THIN_RULES } from '../../domain/src/findings/thin-rules.ts';
import { fixture } from './fixture.ts';
import { type IncidentHost, type Look, only } from './incident-host.ts';
import * as hosts from './incident-hosts.ts';
import { pastOf } from './past-of.ts';
import { rowsOf } from './thin-pool-lines.ts';

export const NOW = Date.UTC(2026, 10, 21, 12);
const DOCKER_POOL = 'docker-0:33-25-pool';
export const DOCKER_STORE = `thin-pool:${DOCKER_POOL}`;
export const LVM_STORE = 'thin-pool:docker/thinpool';
export const MIB = 1024 ** 2;

interface Line {
  src: string;
  status: string;
  table: string | null;
}
/** A captured pair of lines, by the row that it is from. */
export function lineOf(src: string): Line {
  const rows = ['status-lines', 'series-lines'].flatMap((name) => rowsOf<Line>(`thin-pool/${name}.jsonl`));
  return rows.find((one) => one.src === src) ?? only([]);
}

/** LVM's pool of thin-pool/lvm, with the captured lines of another moment or pool in the place of its own. */
export async function lookAtLvm(
  host: IncidentHost,
  src?: string,
  put: (own: IncidentHost) => void = () => undefined,
): Promise<Look> {
  host.blocks.putCapture(fixture('thin-pool/lvm/sysfs.txt'));
  host.blocks.putCapture(fixture('block/docker-loop-loops.txt'));
  for (const command of ['status', 'table'] as const) host.putDmsetup(command, fixture(`thin-pool/lvm/${command}.txt`));
  host.commands.set('lvs', fixture('thin-pool/lvm/lvs.json'));
  host.commands.set('vgs', fixture('thin-pool/lvm/vgs.json'));
  host.commands.set('lvmconfig', fixture('thin-pool/lvm/lvmconfig_autoextend_full.txt'));
  host.putMounts('27 1 254:0 / / rw - tmpfs t rw\n');
  if (src !== undefined) putLine(host, 'docker-thinpool-tpool', src);
  put(host);
  return host.look();
}

function putLine(host: IncidentHost, dmName: string, src: string): void {
  const { status, table } = lineOf(src);
  host.commands.set(`dmsetup status ${dmName}`, `${status}\n`);
  if (table !== null) host.commands.set(`dmsetup table ${dmName}`, `${table}\n`);
}

/** Docker's pool on loop files, with the status line of another one: the table stays, whose devices are in sysfs. */
export async function lookAtDocker(
  host: IncidentHost,
  step: 'B02-three-running' | 'B15-fill',
  src?: string,
): Promise<Look> {
  await hosts.putThinStep(host, step);
  if (src !== undefined) host.commands.set(`dmsetup status ${DOCKER_POOL}`, `${lineOf(src).status}\n`);
  return host.look({ dockerSizes: true });
}

interface Past extends Partial<Pick<FindingPast, 'standing'>> {
  daysLeft?: Record<string, number>;
  growth?: Partial<Record<SeriesName, number>>;
  before?: Partial<Record<SeriesName, number>>;
}

/** A history made by hand. */
export function thinPastOf({ daysLeft = {}, growth = {}, before = {}, ...known }: Past = {}): FindingPast {
  const clocks = Object.entries(daysLeft).map(([clock, p50]) => ({
    ...{ clock, verdict: 'filling', daysLeft: { p10: p50, p50, p90: p50 }, stops: true, alarm: true },
  }));
  const forecast = { clocks, earliest: null } as unknown as StoreForecast;
  return pastOf({
    forecasts: new Map([DOCKER_STORE, LVM_STORE].map((key) => [key, forecast])),
    growthPerDay: (_, series) => growth[series] ?? null,
    valueADayAgo: (_, series) => before[series] ?? null,
    ...known,
  });
}

export const ruleOf = (id: string): Rule => only(THIN_RULES.filter((one) => one.id === id));
export const inputOf = ({ snapshot, inventory }: Look, past: FindingPast | null = null): FindingInput => ({
  ...{ now: NOW, facts: null, snapshot, inventory, past },
});
export const ask = (id: string, look: Look, past: FindingPast | null = null): Findings =>
  findAll(inputOf(look, past), [ruleOf(id)]);

/** The finding of a rule about a store; the evidence of the reference is this one's. */
export function expectExample(id: string, look: Look, past: FindingPast | null = null, storeKey = LVM_STORE): Finding {
  const found = only(ask(id, look, past).findings.filter((one) => one.storeKey === storeKey));
  expect(found.evidence).toEqual(ruleOf(id).example);
  return found;
}
export const expectNone = (id: string, look: Look, past: FindingPast | null = null, storeKey = LVM_STORE): void => {
  const { findings, cannotTell } = ask(id, look, past);
  expect(findings.filter((one) => one.storeKey === storeKey)).toEqual([]);
  expect(cannotTell.filter(({ subject }) => subject === storeKey || subject === null)).toEqual([]);
};
export const expectUntold = (id: string, look: Look, missing: string, past: FindingPast | null = null): void => {
  const { findings, cannotTell } = ask(id, look, past);
  expect(findings).toEqual([]);
  expect(cannotTell.map((one) => one.missing)).toContain(missing);
};

/** As nobody may ask the device mapper: no status, no table. What sysfs tells is there. */
export async function lookWithoutRights(host: IncidentHost): Promise<Look> {
  await hosts.putThinStep(host, 'B02-three-running');
  for (const key of [...host.commands.keys()]) if (key.startsWith('dmsetup')) host.commands.delete(key);
  return host.look();
}

export function edited(look: Look, edit: (copy: Look) => void): Look {
  const copy = structuredClone(look);
  edit(copy);
  return copy;
}
/** One reading of a store. */
export const putReading = ({ snapshot }: Look, storeKey: string, series: SeriesName, value: number | null): void => {
  const place = snapshot.layout.entries.findIndex((one) => one.storeKey === storeKey && one.series === series);
  expect(place).toBeGreaterThanOrEqual(0);
  snapshot.readings[place] = value;
};
