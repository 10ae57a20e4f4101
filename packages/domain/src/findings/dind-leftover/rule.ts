import { useOfVolume } from '../../items/run/volume-use.ts';
import { beginAnswer, type DockerRoot, SMALL_BYTES } from '../docker-place.ts';
import { growthFor, standingOf } from '../hysteresis.ts';
import { fallsBy } from '../promise.ts';
import {
  defineRule,
  type FindingInput,
  type MissingFact,
  type RuleAnswer,
  type Severity,
  type StandingFinding,
} from '../rule.ts';
import { type DindLeftover, evidenceOf, type Left, leftVolume } from './evidence.ts';
import { remedyOf } from './remedy.ts';
import { text } from './text.ts';

const ID = 'dind-leftover';

export const dindLeftover = defineRule<DindLeftover>({
  id: ID,
  needsPast: false,
  basis: ['captured', 'btrfs-subvolume(8)', 'btrfs-property(8)'],
  wasSeen: true,
  check(input) {
    const { answer, roots } = beginAnswer<DindLeftover>(input);
    for (const one of roots) judge(one, input, answer);
    return answer;
  },
  // Only what the steps delete: the next volumes have their turn, and their promise, when these are gone.
  promise: ({ volumes, usedSeries }) => {
    const doomed = volumes.filter(({ isConfirmed }) => isConfirmed);
    if (doomed.some(({ bytes }) => bytes === null)) return null;
    return fallsBy(
      doomed.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
      usedSeries,
    );
  },
  remedy: remedyOf,
  text,
  // docker-btrfs-4-volume-rm-failed, seen again after a day.
  example: {
    place: {
      ...{ rootKey: 'docker:/srv/lab/run/b/docker.sock', dataRoot: '/srv/lab/mnt/dbtr/docker' },
      ...{ socket: '/srv/lab/run/b/docker.sock', unit: null, nestedInContainerId: null, isInPod: false },
    },
    counts: {
      ...{ volumes: 1, anonymous: 1, confirmed: 1, halfRemoved: 1, layers: 0, subvolumes: 1, readOnly: 1 },
      ...{ unknownSizes: 1, untold: 0 },
    },
    bytes: 0,
    volumes: [
      {
        volume: '651048c646f037307e9d96c9ef5bc190652f197eef9c35b75f84e67fefa92a1e',
        ...{ isAnonymous: true, driverFolders: ['btrfs'], layerCount: 0, isHalfRemoved: true },
        subvolumes: [{ path: 'btrfs/ro-backup', isReadOnly: true, isReceived: false }],
        ...{ leftOutCount: 0, isWhole: true, bytes: null, isConfirmed: true },
      },
    ],
    ...{ others: [], leftOutCount: 0, usedSeries: 'dataUsedBytes' },
  },
});

function judge(one: DockerRoot, input: FindingInput, answer: RuleAnswer<DindLeftover>): void {
  const { root, place } = one;
  const { inventory } = input;
  const subject = place.rootKey;
  const leftovers = root.dataRoot?.layers.leftovers ?? null;
  if (leftovers === null) answer.cannotTell.push({ subject, missing: 'data-root' });
  if (leftovers === null || inventory === null) return;
  const standing = standingOf(input, ID, subject);
  const left: Left[] = [];
  const untold: MissingFact[] = [];
  for (const leftover of leftovers) {
    const use = useOfVolume(leftover.volume, root, inventory);
    if (use === 'unused') left.push(leftVolume(leftover, one, input, standing));
    else if (use !== 'in use') untold.push(use === null ? 'docker-socket' : 'second-look');
  }
  for (const missing of new Set(untold)) answer.cannotTell.push({ subject, missing });
  if (left.length === 0) return;
  const evidence = evidenceOf(left, untold.length, one, input);
  answer.findings.push({ subject, storeKey: root.storeKey, severity: severityOf(left, standing), evidence });
}

/** Somebody may want one that has a name; all the others together are small, or worth an act. */
function severityOf(left: readonly Left[], standing: StandingFinding | null): Severity {
  const anonymous = left.filter(({ isAnonymous }) => isAnonymous);
  const bytes = anonymous.reduce((sum, one) => sum + (one.bytes ?? Number.POSITIVE_INFINITY), 0);
  return anonymous.length > 0 && bytes >= growthFor(standing, 'warning', SMALL_BYTES) ? 'warning' : 'notice';
}
