// Starts this executable again without a compiler of hot code, which takes 3 MB and which a few milliseconds of work a beat
// never need. Its engine takes that from the environment alone, before anything runs. What is set already stays.
if (process.env.BUN_JSC_useJIT === undefined) {
  const args = [process.argv0, ...process.argv.slice(2)];
  process.execve(process.execPath, args, { ...process.env, BUN_JSC_useJIT: '0' });
}
