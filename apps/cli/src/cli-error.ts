export const EXIT_FAILED = 1;
export const EXIT_WRONG_USE = 2;
export const EXIT_REFUSED = 3;

/** What a user can cause or must know; `message` is a sentence that says what to do. */
export class CliError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT_FAILED) {
    super(message);
    this.name = 'CliError';
    this.exitCode = exitCode;
  }
}

export const wrongUse = (message: string): CliError => new CliError(message, EXIT_WRONG_USE);
