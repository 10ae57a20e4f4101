import { DOCKER_DAEMON_STATES } from '@silt/domain';
import * as z from 'zod/mini';
import { moment, name, positive, text, whole } from '../schema-parts.ts';
import { flag, inode, list, maybe, maybeFlag, maybeName, maybeWhole, reason } from './parts.ts';

const folderIdentity = z.object({ device: whole, inode });
const folderMount = z.object({ type: name, source: text, mountPoint: name, device: name, isNetwork: flag });
const labels = z.record(text, text);

const details = z.object({
  privileged: maybeFlag,
  pidMode: maybe(text),
  logDriver: maybe(text),
  logMaxSizeSet: maybeFlag,
  logPath: maybe(text),
  logBytes: maybeWhole,
  mountId: maybeName,
  thinDeviceId: maybeWhole,
  restartCount: maybeWhole,
  startedAt: maybe(moment),
  finishedAt: maybe(moment),
});

const containerMount = z.object({
  type: text,
  name: maybeName,
  source: maybe(text),
  destination: text,
  readOnly: flag,
  propagation: maybe(text),
});

const container = z.object({
  id: name,
  names: list(text),
  image: text,
  imageId: maybeName,
  state: text,
  status: text,
  createdAt: maybe(moment),
  composeProject: maybe(text),
  composeService: maybe(text),
  podName: maybe(text),
  podNamespace: maybe(text),
  podUid: maybe(text),
  podContainer: maybe(text),
  labels,
  mounts: list(containerMount),
  writableBytes: maybeWhole,
  rootFsBytes: maybeWhole,
  details: maybe(details),
});

const image = z.object({
  id: name,
  tags: list(text),
  sizeBytes: maybeWhole,
  sharedBytes: maybeWhole,
  containers: maybeWhole,
  createdAt: maybe(moment),
});

const volume = z.object({
  name,
  driver: text,
  mountPoint: maybe(text),
  anonymous: flag,
  createdAt: maybe(moment),
  labels,
  references: maybeWhole,
  usedBy: list(name),
  sizeBytes: maybeWhole,
});

const buildCacheRecord = z.object({
  id: name,
  type: text,
  sizeBytes: maybeWhole,
  inUse: maybeFlag,
  shared: maybeFlag,
  createdAt: maybe(moment),
  lastUsedAt: maybe(moment),
});

const daemon = z.object({
  key: name,
  state: z.enum(DOCKER_DAEMON_STATES),
  stateReason: maybe(reason),
  socket: maybeName,
  pid: maybe(positive),
  unit: maybeName,
  nestedInContainerId: maybeName,
  podUid: maybeName,
  mountNamespace: maybeName,
  networkNamespace: maybeName,
  version: maybe(text),
  apiVersion: maybe(text),
  storageDriver: maybe(text),
  driverStatus: maybe(list(z.object({ name: text, value: text }))),
  dataRoot: maybe(text),
  dataRootIdentity: maybe(folderIdentity),
  dataRootMount: maybe(folderMount),
  liveRestore: maybeFlag,
  rootless: maybeFlag,
  cgroupDriver: maybe(text),
  loggingDriver: maybe(text),
  logMaxSizeSet: maybeFlag,
  buildCacheGc: maybe(z.enum(['on', 'off', 'not set'])),
  mountFlags: maybe(text),
  listeners: maybe(list(z.object({ address: text, port: whole, isPlain: maybeFlag }))),
  warnings: maybe(list(text)),
  containers: maybe(list(container)),
  images: maybe(list(image)),
  volumes: maybe(list(volume)),
  buildCache: maybe(list(buildCacheRecord)),
});

const containerd = z.object({
  key: name,
  pid: positive,
  nestedInContainerId: maybeName,
  podUid: maybeName,
  daemonKey: maybeName,
  root: maybe(text),
  rootIdentity: maybe(folderIdentity),
  rootMount: maybe(folderMount),
  hasMetadata: maybeFlag,
});

export const docker = z.object({ daemons: list(daemon), containerds: list(containerd) });
