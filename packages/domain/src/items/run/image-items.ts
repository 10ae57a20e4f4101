import type { DockerContainer, DockerImage } from '../../inventory/docker.ts';
import type { Item } from '../item.ts';
import { type Holding, keyOf, listText, makeItem, shortId, UNKNOWN_HOLDING } from './make-item.ts';
import type { Root } from './places.ts';
import { type Scopes, scopeName } from './scopes.ts';

/** Images of a root by what each alone has, and one item for the layers beyond that. */
export function imageItems(root: Root, scopes: Scopes): Item[] {
  const { subject, daemons, dataRoot } = root;
  const lists = daemons.map((one) => one.images);
  const missing = lists.filter((list) => list === null).length;
  const scope = scopeName('docker', 'images', subject);
  scopes.putList(scope, 'docker', { isRead: missing < lists.length, words: ['/images/json'] });
  if (missing > 0 && missing < lists.length) scopes.put(scope, 'partial', 'Not all daemons of the data root told.');
  const images = new Map(lists.flatMap((list) => list ?? []).map((image) => [image.id, image]));
  const users = firstUsers(daemons.flatMap(({ containers }) => containers ?? []));
  const items = [...images.values()].map((image) => imageItem(image, { root, scope, user: users.get(image.id) }));

  const layersScope = scopeName('layers', 'records', subject);
  const layers = dataRoot?.layers.layers ?? null;
  const isWhole = dataRoot?.layers.hasAllRecords === true;
  if (missing === lists.length) scopes.put(layersScope, 'not-read', 'Images were not read.');
  else if (layers === null || !isWhole) scopes.put(layersScope, 'partial', scopes.reasonOf('layers'));
  else scopes.put(layersScope, 'complete', null);
  if (missing === lists.length) return items;
  const total = layers === null || !isWhole ? null : sumOf(layers.map(({ sizeBytes }) => sizeBytes));
  const rest = heldByLayers([...images.values()], total);
  return [...items, layersItem(root, { scope: layersScope, rest, layers: layers?.length ?? null })];
}

/** The first by id of each image's containers. */
function firstUsers(containers: readonly DockerContainer[]): Map<string, string> {
  const users = new Map<string, string>();
  for (const { id, imageId } of containers) {
    const known = imageId === null ? '' : users.get(imageId);
    if (imageId !== null && (known === undefined || id < known)) users.set(imageId, id);
  }
  return users;
}

function imageItem(
  image: DockerImage,
  { root, scope, user }: { root: Root; scope: string; user: string | undefined },
): Item {
  const { id, tags, sizeBytes, containers, createdAt } = image;
  return makeItem({
    key: keyOf('image', root.subject, id),
    kind: 'image',
    name: tags[0] ?? shortId(id),
    scope,
    storeKey: root.layersStoreKey,
    parentKey: keyOf('data-root', root.subject),
    ownerKey: user === undefined ? null : keyOf('container', user),
    sizeBytes,
    holds: root.isWithinOther ? null : heldByImage(image),
    state: stateOf(image),
    attributes: { id, tags: listText(tags.toSorted()), containers, createdAt },
  });
}

function stateOf({ tags, containers }: DockerImage): string | null {
  if (containers !== null && containers > 0) return 'in use';
  if (tags.length === 0) return 'dangling';
  return containers === null ? null : 'unused';
}

/** Its layers that no other image has. Where the daemon did not tell them apart, anything up to all of them. */
function heldByImage({ sizeBytes, sharedBytes }: DockerImage): NonNullable<Holding> {
  if (sizeBytes === null) return UNKNOWN_HOLDING;
  if (sharedBytes === null) return { leastBytes: 0, mostBytes: sizeBytes };
  const own = Math.max(0, sizeBytes - sharedBytes);
  return { leastBytes: own, mostBytes: own };
}

/**
 * What layers hold that images do not have in what they hold. `total`: of all layers; where it was not read, what images
 * share is in two of them at least, and all that one of them shares is there.
 */
export function heldByLayers(images: readonly DockerImage[], total: number | null): NonNullable<Holding> {
  if (total !== null) {
    const most = sumOf(images.map((image) => heldByImage(image).mostBytes));
    const rest = most === null ? null : Math.max(0, total - most);
    return { leastBytes: rest, mostBytes: rest };
  }
  const shared = images.map(({ sharedBytes }) => sharedBytes);
  const sum = sumOf(shared);
  // Of images that are not told apart, what they share is in what they may hold.
  if (sum === null) return UNKNOWN_HOLDING;
  const least = shared.reduce<number>((greatest, bytes) => Math.max(greatest, bytes ?? 0), 0);
  return { leastBytes: least, mostBytes: Math.max(least, Math.floor(sum / 2)) };
}

function sumOf(sizes: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const bytes of sizes) {
    if (bytes === null) return null;
    sum += bytes;
  }
  return sum;
}

function layersItem(
  root: Root,
  { scope, rest, layers }: { scope: string; rest: NonNullable<Holding>; layers: number | null },
): Item {
  return makeItem({
    key: keyOf('image-layers', root.subject),
    kind: 'image-layers',
    name: 'layers of more than one image',
    scope,
    storeKey: root.layersStoreKey,
    parentKey: keyOf('data-root', root.subject),
    sizeBytes: rest.leastBytes === rest.mostBytes ? rest.leastBytes : null,
    holds: root.isWithinOther ? null : rest,
    attributes: { layers },
  });
}
