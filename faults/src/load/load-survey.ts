import { randomBytes } from 'node:crypto';
import type { Inventory } from '@silt/domain';
import type { ProducedSurvey } from '@silt/wire/client';
import { GOLDEN_SURVEY } from '../harness/peer.ts';
import { BOOT, uptimeNow } from './load-snapshot.ts';

const INVENTORY = GOLDEN_SURVEY.inventory as Inventory;
/** Of one path of a subvolume. */
const PATH_CHARACTERS = 4_000;
const CHARACTERS_A_BYTE = 4 / 3;

/**
 * The golden survey with so many characters of paths that hardly compress.
 *
 * @param number `maxUserNamespaces`: tells it from others.
 */
export function loadSurvey(number: number, characters: number): ProducedSurvey {
  const [btrfs] = INVENTORY.btrfs ?? [];
  const [subvolume] = btrfs?.subvolumes ?? [];
  if (btrfs === undefined || subvolume === undefined) throw new Error('the golden survey has a subvolume');
  const subvolumes = Array.from({ length: Math.ceil(characters / PATH_CHARACTERS) }, (_, id) => ({
    ...{ ...subvolume, id },
    path: randomBytes(Math.floor(PATH_CHARACTERS / CHARACTERS_A_BYTE)).toString('base64url'),
  }));
  const inventory = { ...INVENTORY, maxUserNamespaces: number, btrfs: [{ ...btrfs, subvolumes }] };
  return { takenAt: new Date().toISOString(), bootId: BOOT, uptimeMilliseconds: uptimeNow(), inventory };
}
