import { firstNames } from '../count-words.ts';
import { isStillThere, restartHolder } from '../holders.ts';
import type { RemedyStep } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { destroy, expectAfter, look, precondition, run } from '../steps.ts';
import { type HeldMount, type HeldMounts, isBeingRemoved } from './evidence.ts';

const FORMAT = '{{.Name}} {{.State.Status}}';
/** In one line of a shell. */
const MAX_IN_LINE = 8;
const MAX_NAMED = 5;

/** The holder lets go of all that it has, and the removals that waited for that come to their end. */
export function remedyOf(evidence: HeldMounts): RemedyStep[] {
  const { mounts, leftOutCount, counts } = evidence;
  return [
    ...areStopped(mounts),
    ...letGo(evidence),
    ...(leftOutCount === 0 ? [] : [othersWait(leftOutCount)]),
    ...(counts.heldByOthers === 0 ? [] : [othersHold(counts.heldByOthers)]),
    areGone(mounts),
    ...finishRemovals(mounts),
  ];
}

interface Line {
  client: string[];
  /** Unique, with their names. */
  containers: Map<string, string>;
}

/** Containers of some mounts, by the client that reaches them, as many as a line takes. */
function linesOf(mounts: readonly HeldMount[]): Line[] {
  const lines: Line[] = [];
  for (const { client, container } of mounts) {
    if (client === null || container === null) continue;
    const isSame = (line: Line): boolean => line.client.join('\0') === client.join('\0');
    if (lines.some((line) => isSame(line) && line.containers.has(container.id))) continue;
    const open = lines.find((line) => isSame(line) && line.containers.size < MAX_IN_LINE);
    if (open === undefined) lines.push({ client, containers: new Map([[container.id, container.name]]) });
    else open.containers.set(container.id, container.name);
  }
  return lines;
}

const areStopped = (mounts: readonly HeldMount[]): RemedyStep[] =>
  linesOf(mounts).map(({ client, containers }) =>
    look(
      shellLine(...client, 'inspect', '--format', FORMAT, ...containers.keys()),
      'Must not say running, paused or restarting: the mount of a container that runs is no leak. Stop if it does.',
      '不得为 running、paused 或 restarting：运行中的容器的挂载不是泄漏。若是，请停手。',
    ),
  );

function letGo({ holder, mounts }: HeldMounts): RemedyStep[] {
  if (holder === null) return [];
  const pid = String(holder.pid);
  const restart = restartHolder(holder);
  return [
    isStillThere(holder),
    look(
      shellLine('grep', '-F', ...mounts.flatMap(({ mountId }) => ['-e', mountId]), `/proc/${pid}/mountinfo`),
      'Prints the mounts that this process still has. If nothing is printed, it has let go: do nothing to it.',
      '会输出该进程仍持有的挂载；若没有输出，说明它已释放：无需再对它做任何事。',
    ),
    ...(restart === null ? unmountLines(pid, mounts) : [restart]),
  ];
}

function unmountLines(pid: string, mounts: readonly HeldMount[]): RemedyStep[] {
  const points = mounts.flatMap(({ mountPoints }) => mountPoints);
  const lines: RemedyStep[] = [];
  for (let place = 0; place < points.length; place += MAX_IN_LINE) {
    const some = points.slice(place, place + MAX_IN_LINE);
    lines.push(
      run(
        shellLine('nsenter', '--target', pid, '--mount', '--', 'umount', '--', ...some),
        'Unmounts in the namespace of that process alone. "not mounted" is fine. "target is busy": a process in there uses it; end that one.',
        '仅在该进程的挂载命名空间中卸载。若提示 “not mounted” 则无妨；若提示 “target is busy”，说明其中有进程正在使用，请先结束该进程。',
      ),
    );
  }
  return lines;
}

const othersWait = (count: number): RemedyStep =>
  precondition(
    `${count} more mounts are not in these lines. A restart lets go of them as well; else they are told when these are gone.`,
    `另有 ${count} 个挂载不在上述命令中。若重启了持有者，它们会一并释放；否则会在这些处理之后列出。`,
  );

const othersHold = (count: number): RemedyStep =>
  precondition(
    `Others hold ${count === 1 ? 'one' : count} of these mounts too, and have findings of their own: its space comes back when the last one lets go.`,
    `其中 ${count} 个挂载还被其他持有者占用，各有单独的发现：最后一个持有者释放后，空间才会归还。`,
  );

/** Of a process that has ended and was not yet waited for, mountinfo cannot be read. */
function areGone(mounts: readonly HeldMount[]): RemedyStep {
  const own = mounts.filter(({ isHeldByOthers }) => !isHeldByOthers);
  const asked = own.length === 0 ? mounts : own;
  const words = asked.flatMap(({ mountId }) => ['-e', mountId]);
  const command = asked.length === 0 ? null : `${shellLine('grep', '-lsF', ...words)} /proc/[0-9]*/mountinfo`;
  return own.length === 0
    ? expectAfter('Only processes of other holders are printed.', '只输出其他持有者的进程。', command)
    : expectAfter(
        'Nothing is printed: these layers are mounted nowhere.',
        '没有任何输出：这些层已不再被挂载。',
        command,
      );
}

/** Of those that no other holder keeps from it. */
const finishRemovals = (mounts: readonly HeldMount[]): RemedyStep[] =>
  linesOf(mounts.filter((one) => isBeingRemoved(one) && !one.isHeldByOthers)).map(({ client, containers }) => {
    const names = firstNames([...containers.values()], containers.size, MAX_NAMED);
    return destroy(
      shellLine(...client, 'rm', ...containers.keys()),
      `Brings the removal of ${names.en} to its end, which was asked for before and broke off.`,
      `完成之前请求过但中断的 ${names['zh-CN']} 的删除操作。`,
    );
  });
