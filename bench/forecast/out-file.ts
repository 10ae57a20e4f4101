import { open, rename, rm } from 'node:fs/promises';

/** Written beside the file and put in its place when all is there, so that nothing half stands under its name. */
export async function writeRows(path: string, rows: AsyncIterable<string>): Promise<void> {
  const beside = `${path}.${process.pid}.part`;
  try {
    const file = await open(beside, 'w');
    try {
      for await (const text of rows) await file.write(text);
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
