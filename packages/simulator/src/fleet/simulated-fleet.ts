import { DAY_MILLISECONDS, STEP_MILLISECONDS, STEPS_A_DAY, stepOf } from '../calendar.ts';
import type { HostPlan } from '../host-plan.ts';
import { Random } from '../random.ts';
import { SimulatedHost } from '../simulated-host.ts';
import * as boxes from './boxes.ts';
import { balancedRunner, ciRunner, dockerInDockerLeftovers, gradualExhaustion } from './ci-runners.ts';
import { type RoleBuilder, RoleContext } from './role.ts';
import * as servers from './servers.ts';

/** Days before the anchor in which the scenarios happen; a history begins with them unless a longer one is asked for. */
export const HISTORY_DAYS = 90;
export const MAX_SIMULATED_HOSTS = 100_000;

/** In order of interest, so that a small fleet has the incidents. */
const NAMED: readonly (readonly [string, RoleBuilder])[] = [
  ['ci-runner-07', dockerInDockerLeftovers],
  ['thin-db-02', boxes.metadataBeforeData],
  ['build-03', servers.leakedOverlayMounts],
  ['k8s-node-04', servers.endingInodes],
  ['edge-box-02', boxes.loopFileBox],
  ['ci-runner-12', gradualExhaustion],
  ['k8s-node-09', servers.dockerInPod],
  ['k8s-node-07', servers.kubernetesNode({ enrolledDaysAgo: 2 })],
  ['ci-runner-09', ciRunner({ silentDays: 3.17 })],
  ['lab-pi-01', boxes.blindBox],
  ['nas-01', boxes.growingNas],
  ['edge-box-03', boxes.resizedBox],
  ['registry-01', servers.slowLeak],
  ['ci-runner-03', ciRunner({ leakGibADay: 1.1 })],
  ['thin-db-03', boxes.poolStaircase],
  ['build-01', servers.prunedNightly],
  ['build-02', servers.burstyBuilds],
  ['build-04', servers.steadyHigh],
  ['k8s-node-06', servers.stepThenFlat],
  ['k8s-node-08', servers.burstyNode],
  ['k8s-node-10', servers.levellingNode],
  ['registry-02', servers.weeklyCollection],
  ['edge-box-01', boxes.shrinkingBox],
  ['nas-02', boxes.acceleratingNas],
  ['thin-db-01', boxes.calmPool],
  ['web-01', servers.webServer],
  ['web-02', servers.webServer],
  ['edge-box-04', boxes.flatBox],
  ...['01', '02', '04', '05', '06', '08', '11'].map((n) => [`ci-runner-${n}`, ciRunner()] as const),
  ['ci-runner-10', balancedRunner],
  ...['01', '02', '03', '05'].map((n) => [`k8s-node-${n}`, servers.kubernetesNode()] as const),
];

/** What a fleet larger than the named hosts consists of besides, in turns. */
const MORE: readonly (readonly [string, RoleBuilder])[] = [
  ['runner', ciRunner()],
  ['node', servers.kubernetesNode()],
  ['builder', servers.prunedNightly],
  ['web', servers.webServer],
  ['pool', boxes.calmPool],
];

export interface SimulatedFleetOptions {
  seed: string;
  /** Named hosts first, then as many of the usual kinds as it takes; 40 unless set. */
  hosts?: number;
  /** The "now" of the scenarios: what they tell leads up to it, and their hosts live on after it. */
  anchorAt: Date;
  /** Days before the anchor at which the history begins; HISTORY_DAYS unless set, and not less. */
  historyDays?: number;
}

/** The same seed, number and anchor give the same hosts, for ever. */
export function simulatedFleet(options: SimulatedFleetOptions): SimulatedHost[] {
  const { seed, hosts = NAMED.length, anchorAt, historyDays = HISTORY_DAYS } = options;
  if (historyDays < HISTORY_DAYS) throw new RangeError(`a history has ${HISTORY_DAYS} days at least`);
  if (hosts > MAX_SIMULATED_HOSTS) throw new RangeError(`a fleet has ${MAX_SIMULATED_HOSTS} hosts at most`);
  const anchorStep = stepOf(anchorAt.getTime());
  return Array.from({ length: hosts }, (_, place) => {
    const [name, build] = NAMED[place] ?? furtherHost(place - NAMED.length);
    return new SimulatedHost(planOf(build, { seed, name, anchorStep, historyDays }));
  });
}

function furtherHost(place: number): readonly [string, RoleBuilder] {
  const [kind, build] = MORE[place % MORE.length] ?? ['runner', ciRunner()];
  return [`${kind}-${String(Math.floor(place / MORE.length) + 1).padStart(4, '0')}`, build];
}

function planOf(
  build: RoleBuilder,
  options: { seed: string; name: string; anchorStep: number; historyDays: number },
): HostPlan {
  const { anchorStep, name, seed, historyDays } = options;
  const originStep = anchorStep - HISTORY_DAYS * STEPS_A_DAY;
  const newContext = () => new RoleContext({ ...options, originStep });
  const role = build(newContext());
  const anchor = anchorStep * STEP_MILLISECONDS;
  return {
    facts: {
      machineId: new Random(`${seed} ${name} machine`).hex(64),
      name,
      kernelRelease: role.kernelRelease,
      distribution: role.distribution,
      architecture: role.architecture ?? 'x86_64',
    },
    tags: [role.tag],
    key: newContext().key('host'),
    originStep,
    firstStep: anchorStep - historyDays * STEPS_A_DAY,
    models: () => build(newContext()).models,
    daemons: role.daemons ?? [],
    changes: role.changes ?? [],
    probes: role.probes ?? {},
    outages: role.outages ?? [],
    story: role.story,
    enrolledAt: anchor - (role.enrolledDaysAgo ?? historyDays) * DAY_MILLISECONDS,
    silentSince: role.silentDays === undefined ? null : anchor - role.silentDays * DAY_MILLISECONDS,
  };
}
