const PATIENCE_MILLISECONDS = 1_000;
const WORDS = 'Reading this host …';
const CLEAR_LINE = '\r\u{1b}[K';

/** A word on a terminal for whoever waits longer than usual, until the work is done. */
export async function sayingThatItReads<Value>(
  stderr: NodeJS.WritableStream & { isTTY?: boolean },
  work: Promise<Value>,
): Promise<Value> {
  if (stderr.isTTY !== true) return await work;
  let isSaid = false;
  const timer = setTimeout(() => {
    isSaid = true;
    stderr.write(WORDS);
  }, PATIENCE_MILLISECONDS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
    if (isSaid) stderr.write(CLEAR_LINE);
  }
}
