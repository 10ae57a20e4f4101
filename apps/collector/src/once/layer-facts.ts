import type { DockerDaemon, LayerEntryClass } from '@silt/domain';
import type { HostView } from './host-view.ts';
import { counted } from './shorten-list.ts';

const CLASS_WORDS: Record<LayerEntryClass, string> = {
  layer: 'of images',
  container: 'of containers',
  init: 'init',
  base: 'base',
  buildkit: 'of BuildKit',
  'candidate-orphan': 'that no record names',
  'import-in-flight': 'being imported',
  unclear: 'unclear',
  unknown: 'of unknown names',
};
const NOTEWORTHY: ReadonlySet<LayerEntryClass> = new Set(['candidate-orphan', 'unclear', 'unknown']);

/** What lies in the storage driver's folder, by whose it is. */
export function layerFacts({ key }: DockerDaemon, { inventory, paint }: HostView): string[] {
  const layers = inventory.dataRoots.find(({ daemonKeys }) => daemonKeys.includes(key))?.layers;
  const counts = layers?.entryCounts;
  if (layers === undefined || counts == null) return ['layers not read'];
  const classes = Object.keys(CLASS_WORDS) as LayerEntryClass[];
  const parts = classes
    .filter((kind) => counts[kind] > 0)
    .map((kind) => {
      const words = `${counts[kind].toLocaleString('en')} ${CLASS_WORDS[kind]}`;
      return NOTEWORTHY.has(kind) ? paint('warning', words) : words;
    });
  const facts = [parts.length === 0 ? 'no layers' : `layers: ${parts.join(', ')}`];
  const zombies = layers.zombies?.length ?? 0;
  if (zombies > 0) facts.push(paint('warning', counted(zombies, 'zombie')));
  const dangling = layers.dangling?.length ?? 0;
  if (dangling > 0) facts.push(paint('warning', counted(dangling, 'dangling record')));
  return facts;
}
