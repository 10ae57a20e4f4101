import { LAYER_ENTRY_CLASSES } from '@silt/domain';
import * as z from 'zod/mini';
import { moment, name, text, whole } from '../schema-parts.ts';
import { flag, list, maybe, maybeFlag, maybeName, maybeWhole } from './parts.ts';

const layer = z.object({
  chainId: name,
  cacheId: maybeName,
  parentChainId: maybeName,
  diffId: maybeName,
  sizeBytes: maybeWhole,
  isBeingRemoved: flag,
});

const writableLayer = z.object({
  containerId: name,
  mountId: maybeName,
  initId: maybeName,
  parentChainId: maybeName,
  recordedAt: moment,
});

const device = z.object({
  deviceId: whole,
  sizeBytes: whole,
  transactionId: whole,
  isInitialized: flag,
  isDeleted: flag,
});

const entry = z.object({
  name,
  class: z.enum(LAYER_ENTRY_CLASSES),
  ownerId: maybeName,
  modifiedAt: maybe(moment),
  isSubvolume: maybeFlag,
  overlay: maybe(z.object({ hasLink: flag, hasDiff: flag })),
  device: maybe(device),
});

const leftover = z.object({
  volume: name,
  isAnonymous: flag,
  driverFolders: list(name),
  companions: list(name),
  entryCount: whole,
  paths: list(text),
  nestedSubvolumes: list(text),
  isInUse: maybeFlag,
});

const layerStore = z.object({
  driver: text,
  layers: maybe(list(layer)),
  mounts: maybe(list(writableLayer)),
  writeSets: maybe(list(z.object({ name, cacheId: maybeName, modifiedAt: moment }))),
  hasAllRecords: flag,
  entries: maybe(list(entry)),
  entryCounts: maybe(z.record(z.enum(LAYER_ENTRY_CLASSES), whole)),
  zombies: maybe(list(z.extend(writableLayer, { holds: list(name) }))),
  dangling: maybe(
    list(z.object({ name, kind: z.enum(['layer', 'container', 'init']), ownerId: name, isOfZombie: maybeFlag })),
  ),
  leftovers: maybe(list(leftover)),
});

export const dataRoot = z.object({ daemonKeys: list(name), path: text, layers: layerStore });

const snapshotter = z.object({
  name,
  snapshotCount: maybeWhole,
  otherCount: maybeWhole,
  hasMetadataDb: maybeFlag,
});

export const containerdRoot = z.object({
  containerdKeys: list(name),
  path: text,
  snapshotters: list(snapshotter),
});
