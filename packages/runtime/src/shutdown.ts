import { EXIT_FAILURE } from './fail-start.ts';

export type ShutdownReason = 'SIGTERM' | 'SIGINT' | 'disconnect';

/**
 * Runs `handler` once, at the first SIGTERM, SIGINT or, for a child with an IPC channel, when its parent is gone;
 * then ends the process: 0 when the handler is done, EXIT_FAILURE when it throws or takes longer than the deadline.
 */
export function onShutdown(
  handler: (reason: ShutdownReason) => Promise<void>,
  { deadlineMilliseconds }: { deadlineMilliseconds: number },
): void {
  let started = false;
  const begin = (reason: ShutdownReason) => {
    if (started) return;
    started = true;
    const deadline = setTimeout(() => {
      process.stderr.write(`Not ended in order within ${deadlineMilliseconds} ms after ${reason}.\n`);
      process.exit(EXIT_FAILURE);
    }, deadlineMilliseconds);
    deadline.unref();
    handler(reason).then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`Ending failed: ${error instanceof Error ? error.message : String(error)}\n`);
        process.exit(EXIT_FAILURE);
      },
    );
  };
  process.on('SIGTERM', () => begin('SIGTERM'));
  process.on('SIGINT', () => begin('SIGINT'));
  if (process.connected) process.on('disconnect', () => begin('disconnect'));
}
