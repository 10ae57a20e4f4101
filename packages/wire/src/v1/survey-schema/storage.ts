import { BLOCK_KINDS, THIN_MAKERS } from '@silt/domain';
import * as z from 'zod/mini';
import { name, text, whole } from '../schema-parts.ts';
import { flag, inode, list, maybe, maybeFlag, maybeName, maybeWhole } from './parts.ts';

export const blockDevice = z.object({
  name,
  kind: z.enum(BLOCK_KINDS),
  device: maybeName,
  sizeBytes: maybeWhole,
  below: list(name),
  holders: list(name),
  readOnly: maybeFlag,
  rotational: maybeFlag,
  removable: maybeFlag,
  model: maybe(text),
  dm: maybe(z.object({ name, uuid: text, suspended: maybeFlag })),
  md: maybe(z.object({ level: maybe(text), state: maybe(text), degradedDevices: maybeWhole, raidDevices: maybeWhole })),
  loop: maybe(
    z.object({
      backingFile: text,
      deleted: flag,
      offsetBytes: maybeWhole,
      sizeLimitBytes: maybeWhole,
      autoclear: maybeFlag,
      partscan: maybeFlag,
      directIo: maybeFlag,
    }),
  ),
});

const subvolume = z.object({
  id: whole,
  parentId: whole,
  uuid: maybeName,
  parentUuid: maybeName,
  receivedUuid: maybeName,
  generation: whole,
  createdGeneration: whole,
  readOnly: maybeFlag,
  path: text,
  referencedBytes: maybeWhole,
  exclusiveBytes: maybeWhole,
});

export const btrfs = z.object({
  uuid: name,
  storeKey: name,
  commits: maybe(z.object({ count: whole, lastMilliseconds: whole, maxMilliseconds: whole, totalMilliseconds: whole })),
  exclusiveOperation: maybe(text),
  quota: maybe(z.object({ mode: z.enum(['off', 'qgroup', 'squota']), isInconsistent: maybeFlag })),
  devices: maybe(list(z.object({ id: whole, path: maybeName, sizeBytes: maybeWhole, allocatedBytes: maybeWhole }))),
  subvolumes: maybe(list(subvolume)),
  uncleaned: maybe(list(z.object({ id: whole, generation: whole }))),
  staleQgroups: maybe(list(whole)),
});

export const btrfsMaintenance = z.object({
  configurationFiles: list(text),
  balanceSchedules: list(text),
  balancePeriod: maybe(text),
  balanceMountPoints: maybe(list(text)),
  balanceMetadataUsages: maybe(text),
});

const thinPool = z.object({
  name,
  dmName: name,
  uuid: text,
  maker: z.enum(THIN_MAKERS),
  device: maybeName,
  dataCapacityBytes: maybeWhole,
  lowWaterBlocks: maybeWhole,
  autoextendThresholdPercent: maybeWhole,
});

const thinDevice = z.object({
  name,
  dmName: name,
  uuid: text,
  maker: z.enum(THIN_MAKERS),
  device: maybeName,
  poolDmName: maybeName,
  deviceId: maybeWhole,
  externalOrigin: maybeName,
  startBytes: whole,
  virtualBytes: maybeWhole,
  mappedBytes: maybeWhole,
  state: maybe(z.enum(['ok', 'failed', 'error', 'no-device', 'no-table'])),
  suspended: maybeFlag,
  docker: maybe(z.object({ layerId: name, isInit: flag, rootDevice: name, rootInode: inode })),
});

const lvm = z.object({
  groups: list(z.object({ name, sizeBytes: maybeWhole, freeBytes: maybeWhole, extentBytes: maybeWhole })),
  pools: list(
    z.object({
      name,
      sizeBytes: maybeWhole,
      metadataBytes: maybeWhole,
      whenFull: maybe(z.enum(['queue', 'error'])),
      profile: maybeName,
    }),
  ),
  volumes: list(z.object({ name, pool: name, sizeBytes: maybeWhole, origin: maybeName, isActive: flag })),
  autoextend: maybe(z.object({ thresholdPercent: whole, growPercent: whole })),
});

export const thin = z.object({ pools: list(thinPool), devices: list(thinDevice), lvm: maybe(lvm) });
