import { fallsBy } from '../promise.ts';
import { defineRule, type Finding, type RuleAnswer } from '../rule.ts';
import { firstSubjects } from '../subjects.ts';
import { byContainer, evidenceOf, type Held, type HeldMounts, heldMounts, isBeingRemoved } from './evidence.ts';
import { remedyOf } from './remedy.ts';
import { text } from './text.ts';

const ID = 'mount-leak';

export const mountLeak = defineRule<HeldMounts>({
  id: ID,
  needsPast: false,
  basis: ['captured', 'moby/moby#22260', 'mount_namespaces(7)'],
  wasSeen: true,
  check(input) {
    const { inventory, snapshot } = input;
    const answer: RuleAnswer<HeldMounts> = { findings: [], cannotTell: [] };
    const mounts = inventory?.mounts ?? null;
    if (inventory === null || mounts === null) {
      return { ...answer, cannotTell: [{ subject: null, missing: 'processes' }] };
    }
    if (mounts.namespaces.some(({ layerMounts }) => layerMounts === null)) {
      answer.cannotTell.push({ subject: null, missing: 'processes' });
    }
    if (inventory.leaks === null && mounts.namespaces.some(({ layerMounts }) => (layerMounts ?? []).length > 0)) {
      answer.cannotTell.push({ subject: null, missing: 'docker-socket' });
    }
    const found = heldMounts(inventory, snapshot).map((held): Omit<Finding<HeldMounts>, 'rule'> => {
      const storeKey = storeOf(held);
      const evidence = evidenceOf(held, storeKey, snapshot);
      const { gone, beingRemoved } = evidence.counts;
      const severity = gone + beingRemoved > 0 ? 'warning' : 'notice';
      return { subject: held.subject, storeKey, severity, evidence };
    });
    return { ...answer, findings: firstSubjects(found, ID, input) };
  },
  remedy: remedyOf,
  // A removal that waits for this holder alone gives back at its end what the container has written. One that nobody removes gives
  // nothing back. How much those had written that no daemon knows any more nobody can tell: it comes on top.
  promise: ({ mounts, usedSeries }) => {
    const freed = byContainer(
      mounts.filter((one) => isBeingRemoved(one) && !one.isHeldByOthers && one.client !== null),
    );
    const bytes = freed.reduce((sum, one) => sum + (one.bytes ?? 0), 0);
    return fallsBy(bytes, usedSeries);
  },
  text,
  // fixtures incident2-overlay-leak, leaked.*: o5, whose mount a process with private propagation holds.
  example: {
    holder: { pid: 835, processName: 'sleep', unit: null, podUid: null, containerId: null, container: null },
    ...{ processCount: 1, namespaces: ['1001'] },
    counts: {
      ...{ mounts: 1, containers: 1, gone: 0, beingRemoved: 1, unreached: 1, heldByOthers: 0, unknownSizes: 1 },
    },
    bytes: 0,
    mounts: [
      {
        ...{ mountId: '9ad426de8ec53482a1e8044107d7ea5bd8ea1111b9c24595471cdd8bc7c9f51e', kind: 'overlay' },
        upperDir:
          '/srv/lab/mnt/ext/docker/overlay2/9ad426de8ec53482a1e8044107d7ea5bd8ea1111b9c24595471cdd8bc7c9f51e/diff',
        containerId: '2ff03fe89a5ab2329652f8d9a14d6e6da98a5c8a781d3f616127a6ebead77195',
        container: {
          ...{ id: '2ff03fe89a5ab2329652f8d9a14d6e6da98a5c8a781d3f616127a6ebead77195', name: 'o5', state: 'removing' },
          ...{ image: 'app:1', client: ['docker', '-H', 'unix:///srv/lab/run/e/docker.sock'] },
        },
        client: ['docker', '-H', 'unix:///srv/lab/run/e/docker.sock'],
        mountPoints: [
          '/srv/lab/mnt/ext/docker/overlay2/9ad426de8ec53482a1e8044107d7ea5bd8ea1111b9c24595471cdd8bc7c9f51e/merged',
        ],
        ...{ isReachedByUnmount: false, isHeldByOthers: false, bytes: null },
      },
    ],
    ...{ leftOutCount: 0, usedSeries: 'usedBytes', leftOutSubjects: 0 },
  },
});

/** The one that all the layers are of; null = not known, or several. */
function storeOf({ mounts }: Held): string | null {
  const [first] = mounts;
  return first !== undefined && mounts.every(({ storeKey }) => storeKey === first.storeKey) ? first.storeKey : null;
}
