import { MOUNTED_LAYER_KINDS } from '@silt/domain';
import * as z from 'zod/mini';
import { name, positive, text, whole } from '../schema-parts.ts';
import { flag, inode, list, maybe, maybeFlag, maybeName, maybeWhole } from './parts.ts';

const owner = z.object({ unit: maybeName, containerId: maybeName, podUid: maybeName });
const holder = z.object({ pid: positive, name: text, owner: maybe(owner) });

const propagation = z.object({
  sharedGroup: maybeWhole,
  masterGroup: maybeWhole,
  fromGroup: maybeWhole,
  unbindable: flag,
});

const mountedLayer = z.object({
  kind: z.enum(MOUNTED_LAYER_KINDS),
  mountId: maybeName,
  upperDir: maybe(text),
  id: whole,
  device: name,
  mountPoint: text,
  propagation,
  lowerCount: maybeWhole,
});

const namespace = z.object({
  inode: name,
  isHost: maybeFlag,
  holders: list(holder),
  holderCount: whole,
  mountCount: maybeWhole,
  layerMounts: maybe(list(mountedLayer)),
});

const pin = z.object({
  device: name,
  inode,
  path: text,
  sizeBytes: whole,
  allocatedBytes: whole,
  mountId: whole,
  holders: list(z.extend(holder, { descriptor: whole })),
  holderCount: whole,
});

const shim = z.object({
  pid: positive,
  id: maybeName,
  containerdNamespace: maybeName,
  mountNamespace: maybeName,
  sameAsDaemon: maybeFlag,
});

export const mounts = z.object({
  namespaces: list(namespace),
  pins: maybe(list(pin)),
  pathPropagation: list(
    z.object({
      path: text,
      namespace: name,
      isHost: maybeFlag,
      daemonPids: list(positive),
      mountPoint: maybe(text),
      propagation: maybe(propagation),
    }),
  ),
  daemons: list(
    z.object({ pid: positive, name: text, mountNamespace: maybeName, owner: maybe(owner), shims: list(shim) }),
  ),
});

const place = z.object({
  namespace: name,
  isHost: maybeFlag,
  mountPoint: text,
  device: name,
  reachedByUnmount: flag,
  holders: list(holder),
  holderCount: whole,
});

export const leak = z.object({
  kind: z.enum(MOUNTED_LAYER_KINDS),
  mountId: name,
  upperDir: maybe(text),
  containerId: maybeName,
  reason: z.enum(['container not running', 'container unknown']),
  reachedByUnmount: flag,
  places: list(place),
});

export const layerSpace = z.object({
  mountId: name,
  mountPoint: text,
  device: name,
  usedBytes: maybeWhole,
  capacityBytes: maybeWhole,
  inodes: maybe(z.object({ used: whole, capacity: whole })),
});
