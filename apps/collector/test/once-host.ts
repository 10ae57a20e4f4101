import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import type { Inventory, Snapshot } from '@silt/domain';
import { formatOnce } from '../src/once/format-once.ts';
import type { HostSeen } from '../src/once/host-view.ts';
import { type Paint, paintFor } from '../src/once/paint.ts';

export const LAB_HOSTS = [
  'btrfs',
  'docker-btrfs-nested',
  'docker-btrfs-left-behind',
  'docker-overlay2-sizes',
  'leaked-mount',
  'two-daemons',
] as const;
export type LabHost = (typeof LAB_HOSTS)[number];

/** What `silt-collector once --json` printed on a host of the lab. */
export function labHost(name: LabHost): HostSeen {
  const text = readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8');
  const { facts, inventory, ...snapshot } = JSON.parse(text);
  return { facts, inventory, snapshot };
}

/** A host on which nothing was read, or all but for what is given. */
export function bareHost(seen: { inventory?: Partial<Inventory>; snapshot?: Partial<Snapshot> } = {}): HostSeen {
  return {
    facts: null,
    snapshot: {
      ...{ takenAt: '2026-11-21T12:00:00.000Z', bootId: 'boot', uptimeMilliseconds: 60_000 },
      ...{ layout: { stores: [], daemons: [], entries: [] }, readings: [], probes: [], ...seen.snapshot },
    },
    inventory: {
      ...{ takenAt: '2026-11-21T12:00:00.000Z', devices: null, btrfs: null, thin: null, docker: null },
      ...{
        dataRoots: [],
        containerdRoots: [],
        mounts: null,
        leaks: null,
        layerSpaces: null,
        maxUserNamespaces: null,
        btrfsMaintenance: null,
        probes: [],
      },
      ...seen.inventory,
    },
  };
}

export const plain: Paint = paintFor(new PassThrough());

export const shown = (seen: HostSeen): string => formatOnce(seen, plain);
export const linesOf = (seen: HostSeen): string[] => shown(seen).split('\n');
