/** Exit code of a program that was told something it cannot work with. */
export const EXIT_CONFIGURATION = 2;
/** Exit code of a program that could not begin or could not end in order. */
export const EXIT_FAILURE = 1;

/** Writes each sentence on a line of stderr and ends the process: for what stops a program before it has begun. */
export function failStart(sentences: readonly string[], exitCode: number = EXIT_FAILURE): never {
  process.stderr.write(`${sentences.join('\n')}\n`);
  process.exit(exitCode);
}
