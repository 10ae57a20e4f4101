import type { Inventory } from '@silt/domain';
import type { FindingInput, FindingPast, Rule } from '../../domain/src/findings/rule.ts';
import { type Answers, capturedAnswers } from './fake-docker.ts';
import { BTRFS_UUID } from './fake-host.ts';
import { btrfsCapture, fixture } from './fixture.ts';
import { type IncidentHost, type Look, only } from './incident-host.ts';
import * as hosts from './incident-hosts.ts';
import { pastOf } from './past-of.ts';

/** What tests of the rules of Docker's leftovers and growth have in common. */

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const BTRFS_DAEMON = 'docker:/srv/lab/run/b/docker.sock';
export const EXT_DAEMON = 'docker:/srv/lab/run/e/docker.sock';
export const ORPHAN = 'd452e1237fd45791579ec35d18832be8e095222d4f6e0b0faf2a76ddbe3db8a6';

interface InputOptions {
  /** Milliseconds since all items were first seen, with the state that they have; absent: no past. */
  age?: number | null;
  /** Milliseconds since they have that state, where it is another. */
  stateAge?: number | null;
  /** Milliseconds since dind-leftover found the same, where it is another. */
  standingAge?: number | null;
  /** How long after the look it is asked. */
  later?: number;
  edit?: (inventory: Inventory) => void;
}

export function inputOf(look: Look, { later = 0, edit, ...ages }: InputOptions = {}): FindingInput {
  const inventory = structuredClone(look.inventory);
  edit?.(inventory);
  const now = Date.parse(inventory.takenAt) + later;
  return { now, facts: null, snapshot: look.snapshot, inventory, past: agedPast(now, ages) };
}

function agedPast(now: number, { age, stateAge = age, standingAge = age }: InputOptions): FindingPast | null {
  if (age === undefined) return null;
  const before = (some: number | null | undefined): number | null => (some == null ? null : now - some);
  const since = before(standingAge);
  return pastOf({
    firstSeenAt: () => before(age),
    stateSince: () => before(stateAge),
    standing: (rule) =>
      rule !== 'dind-leftover' || since === null ? null : { since, severity: 'notice', evidence: {} },
  });
}

const btrfsBody = (name: string): string => fixture(`docker-inventory/btrfs-5-orphan-after-kill/api_${name}.json`);

/** docker-btrfs-5: no containers; its records, its folders, its subvolumes. What that moment lacks is of docker-btrfs-2. */
export async function putKilled(host: IncidentHost, answers: Answers = {}): Promise<void> {
  host.putMounts(fixture('mounts/docker-btrfs.txt'));
  for (const [path, text] of btrfsCapture()) host.blocks.put(`sys/fs/btrfs/${BTRFS_UUID}/${path}`, text);
  host.start(hosts.DOCKER_ON_BTRFS, {
    ...{ name: 'dockerd', mountNamespace: '4026531832', mountinfo: fixture('mounts/docker-btrfs.txt') },
    arguments: ['dockerd', '--data-root', hosts.BTRFS_ROOT, '-H', 'unix:///srv/lab/run/b/docker.sock'],
  });
  const lists = { '/containers/json?all=1': 'containers_json_all_1', '/volumes': 'volumes' } as const;
  const own = Object.fromEntries(Object.entries(lists).map(([path, name]) => [path, btrfsBody(name)]));
  await host.listen('host/srv/lab/run/b/docker.sock', {
    ...capturedAnswers('btrfs-2-dind-running'),
    ...own,
    ...answers,
  });
  host.putDataRoot(hosts.BTRFS_ROOT, 'btrfs-5-orphan-after-kill');
  // Asked without -R, so that its column is put in; nothing was ever received.
  const rows = fixture('layers/btrfs-5-subvolume-list.txt').replace(/ uuid /g, ' received_uuid - uuid ');
  host.commands.set('btrfs subvolume list -R', rows);
  for (const option of ['-d', '-r']) host.commands.set(`btrfs subvolume list ${option}`, '');
  host.commands.set('btrfs filesystem show', fixture('btrfs-inventory/fi-show-raw.txt'));
}

export const found = (rule: Rule, input: FindingInput) => rule.check(input).findings;
export const missing = (rule: Rule, input: FindingInput) => rule.check(input).cannotTell;
export const commands = (rule: Rule, evidence: Rule['example']): (string | null)[] =>
  rule.remedy(evidence).map(({ command }) => command);
export const destructive = (rule: Rule, evidence: Rule['example']): (string | null)[] =>
  rule.remedy(evidence).flatMap(({ isDestructive, command }) => (isDestructive ? [command] : []));
export const daemonOf = (inventory: Inventory) => only(inventory.docker?.daemons);
export const layersOf = (inventory: Inventory) => only(inventory.dataRoots).layers;
