import type { ProcessOwner } from '@silt/domain';
import type { Moment } from './moment.ts';
import { deploymentsSince } from './runs.ts';
import { PODS, type Pod } from './workloads.ts';
import type { Container } from './world-builder.ts';

/** Of process 1, as on most kernels. */
export const HOST_NAMESPACE = '4026531841';
const FIRST_NAMESPACE = 4_026_532_200;
const HOST_NETWORK_NAMESPACE = '4026531840';
const DAEMON_LANE = 1_000;
const POD_LANE = 600;
const POD_LANES = 4;
export const CONTAINERD_LANE = 1_010;

export interface ContainerProcess {
  pid: number;
  shimPid: number;
  namespace: string;
  owner: ProcessOwner;
}

export interface PodContainer extends ContainerProcess {
  pod: Pod;
  containerId: string;
  podUid: string;
  /** Number of its snapshot in containerd. */
  snapshot: number;
  lane: number;
}

export interface DaemonProcess {
  pid: number;
  namespace: string;
  networkNamespace: string;
  owner: ProcessOwner;
}

/** `label` and `lane`: of what runs in it. */
export function namespaceOf(moment: Moment, label: string, lane: number): string {
  return String(FIRST_NAMESPACE + lane * 4 + moment.whole(`namespace ${label}`, 0, 3));
}

export function processOfContainer(moment: Moment, { label, id, lane }: Container): ContainerProcess {
  return {
    pid: moment.pid(label, lane),
    shimPid: moment.pid(label, lane + 1),
    namespace: namespaceOf(moment, label, lane),
    owner: { unit: 'docker.service', containerId: id, podUid: null },
  };
}

/** Pods of a node; none on another host. */
export function podsOf(moment: Moment): PodContainer[] {
  if (moment.story.workload !== 'cluster') return [];
  return PODS.map((pod, place): PodContainer => {
    const name = `pod ${pod.namespace} ${pod.name}`;
    const [now] = deploymentsSince(moment, { name, days: pod.days, since: moment.at });
    const label = `${name} ${now.number}`;
    const lane = POD_LANE + place * POD_LANES;
    const containerId = moment.hex(`container ${label}`);
    const podUid = moment.uuid(`uid ${label}`);
    return {
      ...{ pod, containerId, podUid, lane, snapshot: moment.serial(now.at, lane) },
      ...{ pid: moment.pid(label, lane), shimPid: moment.pid(label, lane + 1) },
      namespace: namespaceOf(moment, label, lane),
      owner: { unit: null, containerId, podUid },
    };
  });
}

/** A dockerd: a service of the host, or on a node in a pod of its own. `place`: among the daemons of the layout. */
export function processOfDaemon(moment: Moment, place: number): DaemonProcess {
  const pid = moment.pid(`dockerd ${place}`, DAEMON_LANE + place);
  const pod = podsOf(moment).find((one) => one.pod.name === `builder-${place}`);
  if (pod !== undefined) {
    const networkNamespace = namespaceOf(moment, `network ${pod.containerId}`, pod.lane + 2);
    return { pid, namespace: pod.namespace, networkNamespace, owner: pod.owner };
  }
  const owner = { unit: 'docker.service', containerId: null, podUid: null };
  return { pid, namespace: HOST_NAMESPACE, networkNamespace: HOST_NETWORK_NAMESPACE, owner };
}
