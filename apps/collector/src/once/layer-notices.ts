import { type DataRoot, formatBytes } from '@silt/domain';
import { few } from './few.ts';
import type { HostView } from './host-view.ts';
import { leftoverBytes, leftoversOf } from './leftovers.ts';
import { shortPath } from './shorten.ts';
import { counted } from './shorten-list.ts';

/** Of what lies in data roots and belongs to nobody. */
export const layerNotices = (view: HostView): string[] => [
  ...few('facts of data roots', view.inventory.dataRoots.flatMap(rootNotices)),
  ...few('data roots with leftovers', leftoverNotices(view)),
];

function rootNotices({ path, layers }: DataRoot): string[] {
  const where = `in ${shortPath(path)}`;
  const found: string[] = [];
  const candidates = layers.entryCounts?.['candidate-orphan'] ?? 0;
  if (candidates > 0) {
    const [are, they] = candidates === 1 ? ['is', 'it is'] : ['are', 'they are'];
    found.push(
      `${counted(candidates, 'layer')} ${where} ${are} in no record of Docker; if the same is seen a day later, ${they} orphaned.`,
    );
  }
  const zombies = layers.zombies?.length ?? 0;
  if (zombies > 0) {
    found.push(`${counted(zombies, 'writable layer')} ${where} ${zombies === 1 ? 'has' : 'have'} lost the container.`);
  }
  const dangling = (layers.dangling ?? []).filter(({ isOfZombie }) => isOfZombie !== true).length;
  if (dangling > 0) {
    found.push(
      `${counted(dangling, 'record')} ${where} ${dangling === 1 ? 'names a layer that is' : 'name layers that are'} not there.`,
    );
  }
  return found;
}

/** Of nested daemons, in volumes that no container uses. */
function leftoverNotices({ inventory }: HostView): string[] {
  const unused = leftoversOf(inventory).filter(({ volume }) => volume?.references === 0);
  return inventory.dataRoots.flatMap((dataRoot) => {
    const own = unused.filter((one) => one.dataRoot === dataRoot);
    if (own.length === 0) return [];
    const layers = own.reduce((sum, { leftover }) => sum + leftover.entryCount, 0);
    const subvolumes = own.reduce((sum, { leftover }) => sum + leftover.nestedSubvolumes.length, 0);
    const read = own.flatMap((one) => leftoverBytes(one, inventory) ?? []);
    const bytes = read.reduce((sum, one) => sum + one, 0);
    const [volumes, hold] = own.length === 1 ? ['1 volume', 'holds'] : [`${own.length} volumes`, 'hold'];
    const held = `${counted(layers, 'layer')}${subvolumes === 0 ? '' : `, ${counted(subvolumes, 'subvolume')}`}`;
    const size = read.length === 0 ? 'bytes not read' : `${formatBytes(bytes)} at the least`;
    return [
      `${volumes} in ${shortPath(dataRoot.path)} that no container uses ${hold} what a nested Docker left: ${held}, ${size}.`,
    ];
  });
}
