// Preloaded into every program of `npm start`: when the starter is gone, even by kill -9, the program ends too.
const GRACE_MILLISECONDS = 5_000;

process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), GRACE_MILLISECONDS).unref();
});
// The listener alone must not keep a program alive.
process.channel?.unref();
