import type { DockerRoot } from './docker-place.ts';
import { pathIn } from './docker-place.ts';
import type { FindingInput } from './rule.ts';

/**
 * A container or a daemon uses the folder of a volume past it, by its path: Docker counts no reference, and its removal would
 * take the data away.
 */
export function isUsedByPath(volume: string, { root, place }: DockerRoot, { inventory }: FindingInput): boolean {
  const path = pathIn(place, `volumes/${volume}`);
  const isWithin = (other: string | null): boolean => other === path || (other?.startsWith(`${path}/`) ?? false);
  const containers = root.daemons.flatMap((daemon) => daemon.containers ?? []);
  if (containers.some(({ mounts }) => mounts.some(({ source, name }) => name === null && isWithin(source))))
    return true;
  const daemons = inventory?.docker?.daemons ?? [];
  const besides = daemons.filter((one) => one.nestedInContainerId === place.nestedInContainerId);
  return besides.some(({ dataRoot }) => isWithin(dataRoot));
}
