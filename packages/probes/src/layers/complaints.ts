import { errorCode, type Problem, problemOf } from '../problem.ts';

interface Kind {
  status: Problem['status'];
  first: string;
  count: number;
}

/** `/proc/<pid>/root/…`. */
const OF_A_PROCESS = /\/\d+\/root(\/|$)/;
const NEEDS_TO_READ = 'needs CAP_DAC_READ_SEARCH or root';
/** proc(5): the link itself is guarded too. */
const NEEDS_TO_ENTER = 'needs CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH, or root';

/** What could not be read, one problem for each kind of it however often it came. */
export class Complaints {
  readonly #kinds = new Map<string, Kind>();
  readonly #root: string;

  /** `root`: the folder that all of it lies in. */
  constructor(root: string) {
    this.#root = root;
  }

  /** `detail` tells the first one of its kind; the others are counted. */
  add(kind: string, detail: string, status: Problem['status'] = 'failed'): void {
    const known = this.#kinds.get(kind);
    if (known === undefined) this.#kinds.set(kind, { status, first: detail, count: 1 });
    else known.count += 1;
  }

  /** An error of a call about a file of the daemon's own. The right that lacks is named once for the whole root. */
  addError(subject: string, error: unknown): void {
    const code = errorCode(error);
    if (code === 'EACCES' || code === 'EPERM') {
      const first = OF_A_PROCESS.test(this.#root) ? NEEDS_TO_ENTER : NEEDS_TO_READ;
      this.#kinds.set('privilege', { status: 'unavailable', first, count: 1 });
      return;
    }
    const { status, text } = problemOf(subject, error);
    this.add(`error ${code ?? String(error)}`, text, status);
  }

  toProblems(): Problem[] {
    return [...this.#kinds.values()].map(({ status, first, count }) => {
      const others = count > 1 ? `, and ${count - 1} more of this kind` : '';
      return { status, text: `${this.#root}: ${first}${others}`.replaceAll(/\p{Cc}/gu, '\u{FFFD}') };
    });
  }
}
