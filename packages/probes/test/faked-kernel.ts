/** What no temporary folder has: subvolumes, mount points, files of hundreds of megabytes. A test says what each path is. */
export const kernel = { factsOf: (_path: string): object => ({}) };

type Promises = typeof import('node:fs/promises');

/** For `vi.mock('node:fs/promises', …)`: the real one, whose lstat and stat say what `kernel` says of a path. */
export async function withFakedKernel(original: <Module>() => Promise<Module>): Promise<Promises> {
  const real = await original<Promises>();
  const lstat = async (path: string) => Object.assign(await real.lstat(path), kernel.factsOf(path));
  const stat = async (path: string, options: { bigint: false }) =>
    Object.assign(await real.stat(path, options), kernel.factsOf(path));
  return { ...real, lstat, stat } as Promises;
}
