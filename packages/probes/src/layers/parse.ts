import type { ThinRecord } from '@silt/domain';

const HEX_ID = /^[0-9a-f]{64}$/;
const DIGEST = /^sha256:([0-9a-f]{64})$/;
/** moby, layer/filestore.go: `<chain id>-<cache id>-removing`. */
const LAYER_FOLDER = /^([0-9a-f]{64})(-.{1,128}-removing)?$/;
/** As stringid and BuildKit's identity make them, and what older versions allowed. */
const ENTRY_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;
/** moby, builder-next: identity.NewID. */
const BUILDKIT_ID = /^[a-z0-9]{25}$/;
const LAYER_NAME = /^[0-9a-f]{64}(-init)?$/;

export const isHexId = (text: string): boolean => HEX_ID.test(text);
export const isBuildkitId = (text: string): boolean => BUILDKIT_ID.test(text);
/** Of a layer or a container, or its `-init`. */
export const isLayerName = (text: string): boolean => LAYER_NAME.test(text);

/** Name of a folder in `layerdb/sha256`; null = of something else. */
export function parseLayerFolder(name: string): { chainId: string; isBeingRemoved: boolean } | null {
  const [, chainId, removing] = LAYER_FOLDER.exec(name) ?? [];
  return chainId === undefined ? null : { chainId, isBeingRemoved: removing !== undefined };
}

/** `cache-id`, `mount-id`, `init-id`: the name of an entry; null = none that could be one. */
export const parseEntryName = (text: string): string | null => (ENTRY_NAME.test(text) ? text : null);

/** `diff`, `parent`: `sha256:<64 hex>` → the digits; null = no such digest. */
export const parseDigest = (text: string): string | null => DIGEST.exec(text)?.[1] ?? null;

/** `size`: bytes in decimal; null = no number, or beyond 2^53. */
export function parseSize(text: string): number | null {
  const bytes = /^\d{1,16}$/.test(text) ? Number(text) : null;
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** A file of `devicemapper/metadata`; null = not that. */
export function parseThinRecord(text: string): ThinRecord | null {
  const record = parseObject(text);
  const deviceId = wholeOf(record?.device_id);
  const sizeBytes = wholeOf(record?.size);
  const transactionId = wholeOf(record?.transaction_id);
  if (record === null || deviceId === null || sizeBytes === null || transactionId === null) return null;
  const { initialized, deleted } = record;
  return { deviceId, sizeBytes, transactionId, isInitialized: initialized === true, isDeleted: deleted === true };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

const wholeOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
