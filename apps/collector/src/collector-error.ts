/** Exit codes besides 0. `--help` lists them. */
export const EXIT_FAILURE = 1;
export const EXIT_SETTINGS = 2;
export const EXIT_REFUSED = 3;

/** What ends the collector: one sentence for whoever started it, and the exit code. */
export class CollectorError extends Error {
  override name = 'CollectorError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}
