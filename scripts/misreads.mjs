// `npm run misreads [-- PART]`: puts each misread field of the tables into a parser, says which ones its tests miss.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from './lib/paths.mjs';
import { ensureInstalled } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';
import { runMain, SentenceError } from './lib/sentence-error.mjs';

const PACKAGE = 'packages/probes';
const TABLES = inRoot(`${PACKAGE}/test/misreads`);
const AT_ONCE = 2;

function readTable(name) {
  return JSON.parse(readFileSync(join(TABLES, `${name}.json`), 'utf8')).map((row) => {
    const file = join(PACKAGE, row.file);
    const places = readFileSync(inRoot(file), 'utf8').split(row.find).length - 1;
    if (places !== 1) {
      throw new SentenceError(`${name}.json, "${row.misread}": its text is ${places} times in ${file}, not once.`);
    }
    return { ...row, name, file, tests: row.tests.map((test) => `${PACKAGE}/${test}`) };
  });
}

const vitest = (tests, fault) =>
  run('vitest', ['run', '--config', 'scripts/lib/misreads.vitest.config.mjs', '--bail=1', ...tests], {
    env: { SILT_FAULT: JSON.stringify(fault), NO_COLOR: '1' },
  });

/** Tests that fail without any fault would catch every one. */
async function assertGreen(rows) {
  const tests = [...new Set(rows.flatMap((row) => row.tests))];
  const { code, output } = await vitest(tests, { file: '', find: '', replace: '' });
  if (code !== 0) throw new SentenceError(`The tests fail without a fault already:\n${output}`);
}

/** Caught = an assertion failed; a file that cannot be loaded proves nothing. */
async function isCaught(row) {
  const { code, output } = await vitest(row.tests, row);
  return code !== 0 && /Tests +\d+ failed/.test(output);
}

runMain(async () => {
  await ensureInstalled();
  const [part] = process.argv.slice(2);
  const names = readdirSync(TABLES).map((file) => file.replace(/\.json$/, ''));
  if (part !== undefined && !names.includes(part)) throw new SentenceError(`There are tables for ${names.join(', ')}.`);
  const rows = (part === undefined ? names : [part]).flatMap(readTable);
  await assertGreen(rows);
  const missed = [];
  const queue = [...rows];
  const work = async () => {
    for (let row = queue.shift(); row !== undefined; row = queue.shift()) {
      const caught = await isCaught(row);
      if (!caught) missed.push(row);
      console.log(`${caught ? 'caught' : 'MISSED'}  ${row.name}: ${row.misread}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  console.log(`${rows.length - missed.length} of ${rows.length} misread fields are caught`);
  if (missed.length > 0) process.exitCode = 1;
});
