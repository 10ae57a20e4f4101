/** An error that a user can cause: its message is one sentence that says what to do, printed without a stack. */
export class SentenceError extends Error {}

/** Runs a script's main function: a SentenceError is printed alone, anything else with its stack; both exit with 1. */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof SentenceError ? error.message : error);
    process.exit(1);
  }
}
