import type { SeriesName, Snapshot } from '@silt/domain';
import { expect } from 'vitest';
import { BTRFS_RULES } from '../../domain/src/findings/btrfs-rules.ts';
import type { FindingInput, FindingPast } from '../../domain/src/findings/rule.ts';
import { findAll } from '../../domain/src/findings/rules.ts';
import { BTRFS_UUID } from './fake-host.ts';
import { type IncidentHost, type Look, only } from './incident-host.ts';
import * as hosts from './incident-hosts.ts';

/** Rules of btrfs asked of captured hosts. */

export const BTRFS = `btrfs:${BTRFS_UUID}`;

export const ruleOf = (id: string) => only(BTRFS_RULES.filter((rule) => rule.id === id));
export const inputOf = ({ snapshot, inventory }: Look, past: FindingPast | null = null): FindingInput => ({
  ...{ now: Date.parse(snapshot.takenAt), facts: null, snapshot, inventory, past },
});
export const check = (id: string, look: Look, past: FindingPast | null = null) =>
  findAll(inputOf(look, past), [ruleOf(id)]);

export const storeOf = ({ snapshot }: Look) => only(snapshot.layout.stores.filter(({ key }) => key === BTRFS));

export function setReading({ layout, readings }: Snapshot, series: SeriesName, value: number | null): void {
  const place = layout.entries.findIndex((entry) => entry.storeKey === BTRFS && entry.series === series);
  expect(place).toBeGreaterThanOrEqual(0);
  readings[place] = value;
}

export async function sampleOf(host: IncidentHost, n: 0 | 33 | 66 | 67): Promise<Look> {
  await hosts.putExhaustionSample(host, n);
  return host.look();
}

/** @param edit what is changed on the host before it is looked at. */
export async function dindOf(host: IncidentHost, step: 2 | 3 | 4, edit: () => void = () => undefined): Promise<Look> {
  await hosts.putDindStep(host, step);
  edit();
  return host.look();
}
