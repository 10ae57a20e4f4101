/** Exit codes besides 0. `--help` lists them. */
export const EXIT_FAILURE = 1;
export const EXIT_SETTINGS = 2;
export const EXIT_REFUSED = 3;

const NAME = 'CollectorError';

/** What ends the collector: one sentence for whoever started it, and the exit code. */
export class CollectorError extends Error {
  override name = NAME;
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** By the name of the error: a command that is packed on its own has a class of its own. */
export const exitCodeOf = (error: unknown): number =>
  error instanceof Error && error.name === NAME && 'exitCode' in error ? Number(error.exitCode) : EXIT_FAILURE;
