import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { inRoot } from './paths.mjs';
import { run } from './run.mjs';
import { SentenceError } from './sentence-error.mjs';

const STAMP = inRoot('node_modules/.silt-installed');

/** Installs exactly what package-lock.json says, unless that was done already. No package's script runs. */
export async function ensureInstalled() {
  const wanted = createHash('sha256')
    .update(readFileSync(inRoot('package-lock.json')))
    .digest('hex');
  if (readIfThere(STAMP) === wanted) return;
  console.log('Installing dependencies …');
  const { code, output } = await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) throw new SentenceError(`npm could not install the dependencies:\n${output}`);
  writeFileSync(STAMP, wanted);
}

/** Writes the code that is made from other files: the database client, the types of the web's routes. */
export async function ensureGenerated() {
  await runTask('generate', 'The generated code could not be written');
}

/** Builds what changed since the last build: all, or the one workspace that is named. */
export async function ensureBuilt(workspace = null) {
  await runTask('build', 'The build failed', workspace === null ? [] : [`--filter=${workspace}`]);
}

async function runTask(task, failure, filter = []) {
  const { code, output } = await run('turbo', ['run', task, ...filter, '--output-logs=errors-only', '--ui=stream']);
  if (code !== 0) throw new SentenceError(`${failure}:\n${output}`);
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
