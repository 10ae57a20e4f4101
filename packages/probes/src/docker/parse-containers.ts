import { basename, dirname } from 'node:path';
import type { DockerContainer, DockerContainerDetails, DockerContainerMount } from '@silt/domain';
import {
  type Fields,
  flagOf,
  listOf,
  objectOf,
  parseJson,
  parseObject,
  textOf,
  timeOf,
  wholeOf,
  wordsOf,
} from './json.ts';

/** Rows beyond these are counted, not kept. */
export const MAX_CONTAINERS = 5_000;
const MAX_MOUNTS = 256;
const MAX_NAMES = 16;

/** Rows of an answer: `left` were beyond the limit, `bad` were none. */
export interface Rows<Row> {
  rows: Row[];
  left: number;
  bad: number;
}

/** Each row by `parse`; null = the answer is no list. */
export function parseRows<Row>(list: unknown, limit: number, parse: (fields: Fields) => Row | null): Rows<Row> | null {
  if (list !== null && !Array.isArray(list)) return null;
  const values = listOf(list);
  const rows = values.slice(0, limit).flatMap((value) => {
    const fields = objectOf(value);
    return (fields === null ? null : parse(fields)) ?? [];
  });
  return { rows, left: Math.max(0, values.length - limit), bad: Math.min(values.length, limit) - rows.length };
}

/** Of labels, which may hold secrets, these alone are kept: who made it, and what it belongs to. */
const LABELS = [
  ...['com.docker.compose.project', 'com.docker.compose.service', 'com.docker.compose.volume'],
  ...['com.docker.stack.namespace', 'com.docker.swarm.service.name', 'com.docker.volume.anonymous'],
  ...['io.kubernetes.pod.name', 'io.kubernetes.pod.namespace', 'io.kubernetes.pod.uid'],
  ...['io.kubernetes.container.name', 'io.kubernetes.docker.type'],
  ...['io.rancher.project.name', 'io.rancher.stack.name', 'io.rancher.stack_service.name'],
  ...['org.testcontainers', 'org.testcontainers.sessionId'],
  ...['com.gitlab.gitlab-runner.type', 'com.gitlab.gitlab-runner.job.id', 'com.gitlab.gitlab-runner.project.id'],
] as const;

export function keptLabels(value: unknown): Record<string, string> {
  const labels = objectOf(value) ?? {};
  const kept: Record<string, string> = {};
  for (const name of LABELS) {
    const text = labels[name] === '' ? '' : wordsOf(labels[name]);
    if (text !== null) kept[name] = text;
  }
  return kept;
}

/** GET /containers/json (Docker Engine API); null = no list. */
export function parseContainers(text: string): Rows<DockerContainer> | null {
  const json = parseJson(text);
  return json === null ? null : parseRows(json.value, MAX_CONTAINERS, parseContainer);
}

const CONTAINER_ID = /^[0-9a-f]{64}$/;

function parseContainer(fields: Fields): DockerContainer | null {
  const [id, image, state] = [textOf(fields.Id), wordsOf(fields.Image), wordsOf(fields.State)];
  if (id === null || !CONTAINER_ID.test(id) || state === null) return null;
  const labels = keptLabels(fields.Labels);
  const names = listOf(fields.Names).slice(0, MAX_NAMES);
  return {
    id,
    names: names.flatMap((name) => wordsOf(name)?.replace(/^\//, '') ?? []),
    image: image ?? '',
    imageId: textOf(fields.ImageID),
    state,
    status: wordsOf(fields.Status) ?? '',
    createdAt: timeOf(fields.Created),
    composeProject: labels['com.docker.compose.project'] ?? null,
    composeService: labels['com.docker.compose.service'] ?? null,
    podName: labels['io.kubernetes.pod.name'] ?? null,
    podNamespace: labels['io.kubernetes.pod.namespace'] ?? null,
    podUid: labels['io.kubernetes.pod.uid'] ?? null,
    podContainer: labels['io.kubernetes.container.name'] ?? null,
    labels,
    mounts: listOf(fields.Mounts)
      .slice(0, MAX_MOUNTS)
      .flatMap((mount) => parseMount(objectOf(mount)) ?? []),
    writableBytes: null,
    rootFsBytes: null,
    details: null,
  };
}

function parseMount(fields: Fields | null): DockerContainerMount | null {
  const destination = textOf(fields?.Destination);
  if (fields === null || destination === null) return null;
  return {
    type: textOf(fields.Type) ?? 'unknown',
    name: textOf(fields.Name),
    source: textOf(fields.Source),
    destination,
    readOnly: flagOf(fields.RW) === false,
    propagation: textOf(fields.Propagation),
  };
}

/** GET /containers/<id>/json; null = no such object. Its environment is read past. */
export function parseDetails(text: string): DockerContainerDetails | null {
  const fields = parseObject(text);
  if (fields === null || textOf(fields.Id) === null) return null;
  const [host, state] = [objectOf(fields.HostConfig), objectOf(fields.State)];
  const logConfig = objectOf(host?.LogConfig);
  const logOptions = objectOf(logConfig?.Config);
  const driver = objectOf(objectOf(fields.GraphDriver)?.Data);
  const deviceId = textOf(driver?.DeviceId);
  return {
    privileged: flagOf(host?.Privileged),
    pidMode: textOf(host?.PidMode),
    logDriver: textOf(logConfig?.Type),
    logMaxSizeSet: logConfig === null ? null : textOf(logOptions?.['max-size']) !== null,
    logPath: textOf(fields.LogPath),
    logBytes: null,
    mountId: mountIdOf(driver),
    thinDeviceId: deviceId !== null && /^\d{1,8}$/.test(deviceId) ? Number(deviceId) : null,
    restartCount: wholeOf(fields.RestartCount),
    startedAt: timeOf(state?.StartedAt),
    finishedAt: timeOf(state?.FinishedAt),
  };
}

/** `UpperDir` of overlay2 is `…/<mount id>/diff`, `DeviceName` of devicemapper `docker-<major>:<minor>-<inode>-<mount id>`. */
function mountIdOf(driver: Fields | null): string | null {
  const upper = textOf(driver?.UpperDir);
  const name = upper === null ? textOf(driver?.DeviceName)?.split('-').at(-1) : basename(dirname(upper));
  return name !== undefined && /^[0-9a-f]{64}$/.test(name) ? name : null;
}
