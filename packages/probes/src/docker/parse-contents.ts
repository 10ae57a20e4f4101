import type { DockerBuildCacheRecord, DockerContainer, DockerImage, DockerVolume } from '@silt/domain';
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
import { keptLabels, parseRows, type Rows } from './parse-containers.ts';

/** Rows beyond these are counted, not kept. */
const MAX_IMAGES = 5_000;
const MAX_VOLUMES = 20_000;
const MAX_BUILD_CACHE = 20_000;
const MAX_TAGS = 64;
const MAX_USERS = 64;
const NO_TAG = '<none>:<none>';
const ANONYMOUS_NAME = /^[0-9a-f]{64}$/;

/** GET /images/json (Docker Engine API); null = no list. `containers` is left for the count of those that are there. */
export function parseImages(text: string): Rows<DockerImage> | null {
  const json = parseJson(text);
  return json === null ? null : parseRows(json.value, MAX_IMAGES, parseImage);
}

function parseImage(fields: Fields): DockerImage | null {
  const id = textOf(fields.Id);
  if (id === null) return null;
  const tags = listOf(fields.RepoTags).slice(0, MAX_TAGS);
  return {
    id,
    tags: tags.flatMap((tag) => (tag === NO_TAG ? [] : (wordsOf(tag) ?? []))),
    sizeBytes: wholeOf(fields.Size),
    sharedBytes: wholeOf(fields.SharedSize),
    containers: null,
    createdAt: timeOf(fields.Created),
  };
}

/** GET /volumes; null = no such object. `references` are left for the count of the containers that mount it. */
export function parseVolumes(text: string): Rows<DockerVolume> | null {
  const fields = parseObject(text);
  if (fields === null || !('Volumes' in fields)) return null;
  return parseRows(fields.Volumes, MAX_VOLUMES, parseVolume);
}

function parseVolume(fields: Fields): DockerVolume | null {
  const name = textOf(fields.Name);
  if (name === null) return null;
  const labels = keptLabels(fields.Labels);
  return {
    name,
    driver: textOf(fields.Driver) ?? 'unknown',
    mountPoint: textOf(fields.Mountpoint),
    anonymous: ANONYMOUS_NAME.test(name) || 'com.docker.volume.anonymous' in labels,
    createdAt: timeOf(fields.CreatedAt),
    labels,
    references: null,
    usedBy: [],
    sizeBytes: null,
  };
}

/** What GET /system/df adds to the lists. A map without an id = it was not told. */
export interface DiskUsage {
  containers: Map<string, { writableBytes: number | null; rootFsBytes: number | null }>;
  imageSharedBytes: Map<string, number>;
  volumeBytes: Map<string, number>;
  /** null = the answer has no such list. */
  buildCache: Rows<DockerBuildCacheRecord> | null;
}

/**
 * GET /system/df; null = no such object. Since API 1.52 (Docker 29) lists stand in `ImageUsage.Items` and the like, with
 * `verbose` alone, and the former ones are gone.
 */
export function parseDiskUsage(text: string): DiskUsage | null {
  const fields = parseObject(text);
  if (fields === null) return null;
  const items = (old: string, now: string): Fields[] =>
    listOf(objectOf(fields[now])?.Items ?? fields[old]).map((item) => objectOf(item) ?? {});
  const isTold = 'BuildCache' in fields || 'BuildCacheUsage' in fields;
  const records = objectOf(fields.BuildCacheUsage)?.Items ?? fields.BuildCache ?? null;
  const usage: DiskUsage = {
    containers: new Map(),
    imageSharedBytes: new Map(),
    volumeBytes: new Map(),
    buildCache: isTold ? parseRows(records, MAX_BUILD_CACHE, parseBuildCacheRecord) : null,
  };
  for (const { Id, SizeRw, SizeRootFs } of items('Containers', 'ContainerUsage')) {
    // Zero is left out of the answer.
    const [writableBytes, rootFsBytes] = [wholeOf(SizeRw ?? 0), wholeOf(SizeRootFs ?? 0)];
    const id = textOf(Id);
    if (id !== null) usage.containers.set(id, { writableBytes, rootFsBytes });
  }
  const put = (map: Map<string, number>, name: unknown, bytes: unknown): void => {
    const [key, value] = [textOf(name), wholeOf(bytes)];
    if (key !== null && value !== null) map.set(key, value);
  };
  for (const { Id, SharedSize } of items('Images', 'ImageUsage')) put(usage.imageSharedBytes, Id, SharedSize);
  for (const { Name, UsageData } of items('Volumes', 'VolumeUsage')) {
    put(usage.volumeBytes, Name, objectOf(UsageData)?.Size);
  }
  return usage;
}

function parseBuildCacheRecord(fields: Fields): DockerBuildCacheRecord | null {
  const id = textOf(fields.ID);
  if (id === null) return null;
  return {
    id,
    type: textOf(fields.Type) ?? 'unknown',
    sizeBytes: wholeOf(fields.Size),
    inUse: flagOf(fields.InUse),
    shared: flagOf(fields.Shared),
    createdAt: timeOf(fields.CreatedAt),
    lastUsedAt: timeOf(fields.LastUsedAt),
  };
}

export function countContainersOfImages(
  images: readonly DockerImage[],
  containers: readonly DockerContainer[],
): DockerImage[] {
  const counts = new Map<string, number>();
  for (const { imageId } of containers) if (imageId !== null) counts.set(imageId, (counts.get(imageId) ?? 0) + 1);
  return images.map((image) => ({ ...image, containers: counts.get(image.id) ?? 0 }));
}

/** A volume that a container mounts twice has one reference, as with Docker. */
export function countReferencesOfVolumes(
  volumes: readonly DockerVolume[],
  containers: readonly DockerContainer[],
): DockerVolume[] {
  const users = new Map<string, Set<string>>();
  for (const { id, mounts } of containers) {
    for (const { type, name } of mounts) {
      if (type === 'volume' && name !== null) users.set(name, (users.get(name) ?? new Set()).add(id));
    }
  }
  return volumes.map((volume) => {
    const usedBy = [...(users.get(volume.name) ?? [])];
    return { ...volume, references: usedBy.length, usedBy: usedBy.slice(0, MAX_USERS) };
  });
}
