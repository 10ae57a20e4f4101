import type { Inventory, MountHolder } from '../inventory/index.ts';
import { type ContainerPlace, clientLine, containerPlace, isRestartable, shortId } from './docker-client.ts';
import type { RemedyStep, Translated } from './rule.ts';
import { shellLine } from './shell-quote.ts';
import { look, precondition, run } from './steps.ts';

/** Who keeps a mount or a file alive. */
export type Holder = {
  pid: number;
  /** As the kernel has it, 15 bytes. */
  processName: string;
  unit: string | null;
  podUid: string | null;
  containerId: string | null;
  /** null = it runs in none, or in one that no daemon lists. */
  container: ContainerPlace | null;
};

/** Their unit is the one that all containers hang on. */
const DAEMON = /^(dockerd|containerd|podman|kubelet|systemd$)/;

export function holderOf(inventory: Inventory | null, { pid, name, owner }: MountHolder): Holder {
  const containerId = owner?.containerId ?? null;
  return {
    ...{ pid, processName: name, unit: owner?.unit ?? null, podUid: owner?.podUid ?? null, containerId },
    container: containerPlace(inventory, containerId),
  };
}

/** What is to be restarted, so that the holder ends; `process`: nothing that could be named. */
export type HolderKind = 'container' | 'pod' | 'unknown container' | 'unit' | 'process';

export function kindOf({ podUid, container, containerId, unit, processName }: Holder): HolderKind {
  if (podUid !== null) return 'pod';
  if (container !== null && container.client !== null) return 'container';
  if (containerId !== null) return 'unknown container';
  return isRestartable(unit) && !DAEMON.test(processName) ? 'unit' : 'process';
}

/** The same while its processes come and go. */
export function holderKey(holder: Holder): string {
  const { podUid, containerId, unit, pid } = holder;
  const kind = kindOf(holder);
  if (kind === 'unit') return unit ?? '';
  return kind === 'process' ? `pid ${pid}` : `${podUid ?? ''}${containerId ?? ''}`;
}

/** Who it is, in as few words as tell it apart. */
export function holderName(
  { pid, processName, unit, podUid, container, containerId }: Holder,
  kind: HolderKind,
): Translated {
  const same = (text: string): Translated => ({ en: text, 'zh-CN': text });
  if (kind === 'unit') return same(unit ?? '');
  if (kind === 'pod') return same(`Pod ${podUid}`);
  if (kind === 'process') return same(`${processName} (pid ${pid})`);
  const name = container?.name ?? shortId(containerId ?? '');
  return { en: `Container ${name}`, 'zh-CN': `容器 ${name}` };
}

export function holderWords(holder: Holder): Translated {
  const { pid, processName, unit, podUid, container, containerId } = holder;
  const process = `${processName} (pid ${pid})`;
  const id = shortId(containerId ?? '');
  switch (kindOf(holder)) {
    case 'container':
      return { en: `${process} of container ${container?.name}`, 'zh-CN': `容器 ${container?.name} 中的 ${process}` };
    case 'pod':
      return { en: `${process} of pod ${podUid}`, 'zh-CN': `Pod ${podUid} 中的 ${process}` };
    case 'unknown container':
      return { en: `${process} of container ${id}`, 'zh-CN': `容器 ${id} 中的 ${process}` };
    case 'unit':
      return { en: `${process} of ${unit}`, 'zh-CN': `${unit} 的 ${process}` };
    case 'process':
      return { en: `process ${process}`, 'zh-CN': `进程 ${process}` };
  }
}

/** Is it still the process that was seen? A number is given again to another one. */
export const isStillThere = ({ pid, processName }: Pick<Holder, 'pid' | 'processName'>): RemedyStep =>
  look(
    shellLine('ps', '-o', 'pid,lstart,user,comm,args', '-p', String(pid)),
    `It must still be ${processName}. If the number is another process now, look again: what it held is gone.`,
    `进程名必须仍是 ${processName}。若该进程号已属于别的进程，请重新检查：原先占用的东西已经释放。`,
  );

/** Ends a holder by what started it; null = nothing that could be named did. */
export function restartHolder(holder: Holder): RemedyStep | null {
  const { podUid, container, containerId, unit } = holder;
  switch (kindOf(holder)) {
    case 'container':
      return run(
        clientLine(container?.client ?? null, 'restart', container?.id ?? '') ?? '',
        `Restarts container ${container?.name}, which lets go. What it serves is away for a moment.`,
        `重启容器 ${container?.name} 以释放占用，其服务会短暂中断。`,
      );
    case 'pod':
      return look(
        `${shellLine('kubectl', 'get', 'pods', '--all-namespaces', '--output')} ${"custom-columns='UID:.metadata.uid,NAMESPACE:.metadata.namespace,NAME:.metadata.name'"} | ${shellLine('grep', '-F', '-e', podUid ?? '')}`,
        'Tells the name of the pod. Restart it by what made it: kubectl rollout restart.',
        '得到该 Pod 的名称。请通过创建它的控制器重启：kubectl rollout restart。',
      );
    case 'unknown container':
      return precondition(
        `It runs in container ${containerId}, which no daemon that was asked lists. Restart it by what runs it.`,
        `它运行在容器 ${containerId} 中，但所有查询过的守护进程都未列出该容器。请用运行它的工具重启。`,
      );
    case 'unit':
      return run(
        shellLine('systemctl', 'restart', '--', unit ?? ''),
        `Restarts ${unit}, which lets go. What it serves is away for a moment.`,
        `重启 ${unit} 以释放占用，其服务会短暂中断。`,
      );
    case 'process':
      return null;
  }
}

/** Evidence of at most this many holders; the count tells of the others. */
export const MAX_HOLDERS = 8;
