import { errorCode, type Problem, problemOf } from '../problem.ts';

/** Facts that need a right of their own, and the right. */
const RIGHTS = {
  root: 'the data root and daemon.json of %n Docker or containerd processes: /proc/<pid>/root needs CAP_SYS_PTRACE',
  descriptors: 'what %n Docker daemons listen on: /proc/<pid>/fd needs CAP_SYS_PTRACE',
} as const;
export type GuardedFact = keyof typeof RIGHTS;

/** The process, or what it had, is gone; EINVAL is what mountinfo of one that ends answers. */
const GONE = ['ENOENT', 'ENOTDIR', 'ESRCH', 'EINVAL'];

/** Problems of many daemons; what the lack of one right causes is told once, with a count. */
export class ProblemLog {
  readonly #problems: Problem[] = [];
  readonly #denied = new Map<GuardedFact, Set<number>>();

  add(...problems: readonly Problem[]): void {
    this.#problems.push(...problems);
  }

  /** An error of reading something of a process; that it is gone by now is none. */
  addOfProcess(fact: GuardedFact, pid: number, subject: string, error: unknown): void {
    const code = errorCode(error) ?? '';
    if (GONE.includes(code)) return;
    if (['EACCES', 'EPERM'].includes(code)) this.#denied.set(fact, (this.#denied.get(fact) ?? new Set()).add(pid));
    else this.#problems.push(problemOf(subject, error));
  }

  problems(): Problem[] {
    const denied = [...this.#denied].map(([fact, pids]): Problem => {
      return { status: 'unavailable', text: RIGHTS[fact].replace('%n', String(pids.size)) };
    });
    return [...this.#problems, ...denied];
  }
}
