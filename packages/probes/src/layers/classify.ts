import type { DanglingReference, Layer, LayerEntryClass, LayerWriteSet, WritableLayer } from '@silt/domain';
import { isBuildkitId, isLayerName } from './parse.ts';

/** A record that names an entry. */
export type Reference = Pick<DanglingReference, 'kind' | 'ownerId'>;
export type References = ReadonlyMap<string, Reference>;

export function referencesOf(layers: readonly Layer[], mounts: readonly WritableLayer[]): References {
  const references = new Map<string, Reference>();
  const refer = (name: string | null, kind: Reference['kind'], ownerId: string): void => {
    if (name !== null && name !== 'none') references.set(name, { kind, ownerId });
  };
  for (const { chainId, cacheId } of layers) refer(cacheId, 'layer', chainId);
  for (const { containerId, mountId, initId } of mounts) {
    refer(mountId, 'container', containerId);
    refer(initId, 'init', containerId);
  }
  return references;
}

export interface Records {
  references: References;
  hasAllRecords: boolean;
  writeSets: readonly LayerWriteSet[];
}

/** What an entry is by its name and the records. An import makes no `-init`. */
export function classifyEntry(
  name: string,
  driver: string,
  { references, hasAllRecords, writeSets }: Records,
): LayerEntryClass {
  const reference = references.get(name);
  if (reference !== undefined) return reference.kind;
  if (isBuildkitId(name)) return 'buildkit';
  if (driver === 'devicemapper' && name === 'base') return 'base';
  if (!isLayerName(name)) return 'unknown';
  if (!hasAllRecords) return 'unclear';
  const mayBeImported = writeSets.some(({ cacheId }) => cacheId === null || cacheId === name);
  return mayBeImported && !name.endsWith('-init') ? 'import-in-flight' : 'candidate-orphan';
}
