import type { Daemon } from '@silt/domain';
import { KIB, MIB } from '../stores/store-model.ts';
import { cacheRecordsOf } from './cache-records.ts';
import type { Moment } from './moment.ts';
import { deploymentsSince, lastWeeklyPrune, runsBetween } from './runs.ts';
import { placeRuns } from './runs-of-jobs.ts';
import type { Service } from './workloads.ts';
import { anonymousVolume, remnantOf, remnantSpan, type Volume, type World, WorldBuilder } from './world-builder.ts';

const ORPHAN_LANE = 910;
const HOUR_MILLISECONDS = 3_600_000;
/** A service has written its fill after so many hours. */
const FILL_HOURS = 200;
const START_MILLISECONDS = 40_000;
const RARE_SHARE = 0.25;
const ZOMBIE_SHARE = 0.35;

export function worldOf(moment: Moment, daemon: Daemon, place: number): World {
  const builder = new WorldBuilder(moment, daemon, place);
  const { world } = builder;
  for (const [slot, service] of world.workload.services.entries()) placeService(builder, service, slot);
  for (const [number, job] of world.workload.jobs.entries()) {
    placeRuns(builder, { job, number, slot: world.workload.services.length + number });
  }
  placeRemnants(builder);
  world.cacheRecords.push(...cacheRecordsOf(moment, world.workload));
  return world;
}

function placeService(builder: WorldBuilder, service: Service, slot: number): void {
  const { moment, world } = builder;
  const { project, scale } = world.workload;
  const name = builder.label(`service ${service.name}`);
  const [now, ...before] = deploymentsSince(moment, { name, days: service.days, since: lastWeeklyPrune(moment.at) });
  const label = `${name} ${now.number}`;
  const hours = Math.floor((moment.at - now.at) / HOUR_MILLISECONDS);
  const fill = builder.mib(name, 2, 12) * scale * Math.min(1, (hours + 1) / FILL_HOURS);
  const mounts = Object.entries(service.volumes ?? {}).map(([own, path]) => {
    return { volume: namedVolume(builder, `${project}_${own}`, own), path };
  });
  if (service.anonymous !== undefined) {
    const [own] = [now, ...before].map((one) => anonymousVolume(builder, `${name} ${one.number}`, one.at));
    if (own !== undefined) mounts.push({ volume: own, path: service.anonymous });
  }
  world.containers.push({
    ...{ label, id: moment.hex(`container ${label}`), mountId: moment.hex(`mount ${label}`) },
    ...{ name: `${project}-${service.name}-1`, image: builder.image(service, slot, now), lane: builder.lane(slot) },
    ...{ state: 'running', createdAt: now.at, endedAt: null, service: service.name, isPrivileged: false },
    startedAt: Math.max(now.at, Math.min(moment.at, moment.bootedAt + START_MILLISECONDS)),
    ...{ volumes: mounts, binds: service.binds ?? [], writableBytes: floorToKib(fill) },
  });
  for (const one of before) builder.image(service, slot, one, true);
}

/** Bytes turn a little with each hour. */
function namedVolume({ moment, world }: WorldBuilder, name: string, own: string): Volume {
  const known = world.volumes.find((one) => one.name === name);
  if (known !== undefined) return known;
  const most = moment.whole(`volume ${name}`, 30, 260) * MIB * world.workload.scale;
  const turn = moment.share(`volume ${name}`, Math.floor(moment.at / HOUR_MILLISECONDS));
  const volume: Volume = {
    ...{ name, isAnonymous: false, projectName: own, createdAt: moment.installedAt(`volume ${name}`), nested: null },
    sizeBytes: floorToKib(most * (0.9 + 0.1 * turn)),
  };
  world.volumes.push(volume);
  return volume;
}

/** Imports that were killed, and removals that were: now and then one, on a workday. */
function placeRemnants(builder: WorldBuilder): void {
  const { moment, world } = builder;
  const { orphansSince } = moment.story;
  const [parent] = world.images.all;
  if (orphansSince === undefined || parent === undefined) return;
  const runs = runsBetween(moment, builder.label('killed'), 1, remnantSpan(builder, orphansSince));
  for (const run of runs.filter(({ label }, place) => place === 0 || moment.share(label, 3) < RARE_SHARE)) {
    const isZombie = run !== runs[0] && moment.share(run.label, 4) < ZOMBIE_SHARE;
    world.remnants.push(remnantOf(builder, run, { kind: isZombie ? 'zombie' : 'orphan', parent, lane: ORPHAN_LANE }));
  }
}

const floorToKib = (bytes: number): number => Math.floor(bytes / (4 * KIB)) * 4 * KIB;
