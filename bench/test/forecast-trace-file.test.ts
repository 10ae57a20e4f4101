import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { benchFile, forecastFigures, type JudgedSet } from '../forecast/bench-forecast.ts';
import type { Family, Trace } from '../forecast/family.ts';
import { FAMILY_SETS, makeTrace } from '../forecast/family-sets.ts';
import type { Outcome } from '../forecast/measures.ts';
import { writeRows } from '../forecast/out-file.ts';
import { MAX_LINE_LENGTH, parseTrace, readLineLots } from '../forecast/trace-file.ts';

const GOOD =
  '{"id":"a","family":"f","resource":"r","capacityBytes":[[0,9]],"samples":[[0,1],[-5,2]],"exhaustedAt":null}';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'silt-forecast-'));
});
afterEach(() => rm(folder, { recursive: true }));

const inFile = async (content: string): Promise<string> => {
  const path = join(folder, 'traces.jsonl');
  await writeFile(path, content);
  return path;
};

async function linesOf(path: string): Promise<[number, string][]> {
  const numbered: [number, string][] = [];
  for await (const { firstLine, lines } of readLineLots(path))
    numbered.push(...lines.map((line, place): [number, string] => [firstLine + place, line]));
  return numbered;
}

test.each([
  ['{"id":', /Line 7: it is not JSON/],
  [GOOD.replace('9]', 'NaN]'), /Line 7: it is not JSON/],
  ['[]', /it is not a JSON object/],
  ['null', /it is not a JSON object/],
  [GOOD.replace('"id":"a"', '"id":""'), /"id" must be a text/],
  [GOOD.replace('"family":"f",', ''), /"family" must be a text/],
  [GOOD.replace('"r"', '5'), /"resource" must be a text/],
  [GOOD.replace('null', '"soon"'), /"exhaustedAt" must be a number/],
  [GOOD.replace(',"exhaustedAt":null', ''), /"exhaustedAt" must be a number/],
  [GOOD.replace('[[0,9]]', '[]'), /"capacityBytes" must have a pair/],
  [GOOD.replace('[[0,9]]', '[[0,0]]'), /"capacityBytes"\[0\] must be over 0/],
  [GOOD.replace('[[0,9]]', '9'), /"capacityBytes" must be an array/],
  [GOOD.replace('[-5,2]', '[-5]'), /"samples"\[1\] must be \[t, bytes\]/],
  [GOOD.replace('[-5,2]', '[-5,null]'), /"samples"\[1\] must be/],
  [GOOD.replace('[-5,2]', '[-5,1e999]'), /"samples"\[1\] must be/],
  [GOOD.replace('[-5,2]', '[-5,-2]'), /"samples"\[1\] must be/],
])('%s is refused with its line and what is wrong', (line, message) => {
  expect(() => parseTrace(line, 7)).toThrow(message);
});

test('times that fall are taken as they are, and what the format does not know is left out', () => {
  expect(parseTrace(GOOD, 1).samples).toEqual([
    [0, 1],
    [-5, 2],
  ]);
  expect(parseTrace(GOOD.replace('{', '{"colour":"red",'), 1)).not.toHaveProperty('colour');
});

test('lines keep their numbers across blank ones and lots, whatever the end of the file', async () => {
  const long = 'x'.repeat(700_000);
  const path = await inFile(`a\n\n${long}\n${long}\nb`);
  expect((await linesOf(path)).map(([number, line]) => [number, line.length])).toEqual([
    [1, 1],
    [2, 0],
    [3, 700_000],
    [4, 700_000],
    [5, 1],
  ]);
});

test.each(['', '\n', ' \n\r\n'])('a file of %j has no trace', async (content) => {
  await expect(linesOf(await inFile(content))).rejects.toThrow(/is empty: it has no trace/);
});

test('a file that is not there is told by name', async () => {
  await expect(linesOf(join(folder, 'nowhere'))).rejects.toThrow(/nowhere cannot be read: ENOENT/);
});

test('a line beyond the limit is refused by number before it is all read', async () => {
  const path = await inFile(`a\n${'x'.repeat(MAX_LINE_LENGTH + 1)}\n`);
  await expect(linesOf(path)).rejects.toThrow(/Line 2 is longer than/);
});

const traceOf = (name: string): Trace =>
  makeTrace('own', FAMILY_SETS.own.find((family) => family.name === name) as Family, 'file', 0);

test('a file is replayed on threads: rows in its order, measures from its truth', async () => {
  const [leak, flat] = [traceOf('slow-leak'), traceOf('flat')];
  const tracesFile = await inFile(`${JSON.stringify(leak)}\n\n${JSON.stringify(flat)}\n`);
  const outFile = join(folder, 'out.jsonl');
  const detectors = ['over-80', 'over-90'];
  const sets = await benchFile({ tracesFile, outFile, detectors, log: () => {} });
  const rows = (await readFile(outFile, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect([...new Set(rows.map(({ id, detector }) => `${id} ${detector}`))]).toEqual(
    [leak, flat].flatMap(({ id }) => detectors.map((detector) => `${id} ${detector}`)),
  );
  expect(forecastFigures(sets, ['over-90'])['over-90']).toMatchObject({ recall: 1, worstFamilyRecall: 1 });
  expect(Object.keys(forecastFigures(sets, ['over-90'])['over-90'] as object)).toEqual(
    'falseAlarmsPerHostMonth recall worstFamilyRecall leadHours dateError coverage crpsRatio'.split(' '),
  );
});

test('the worst family of several sets is one of one set, though another has its name', async () => {
  const [leak, flat] = [traceOf('slow-leak'), traceOf('flat')];
  const tracesFile = await inFile(`${JSON.stringify(leak)}\n${JSON.stringify(flat)}\n`);
  const [told] = await benchFile({ tracesFile, outFile: null, detectors: ['over-90'], log: () => {} });
  const untold = (one: Outcome): Outcome => ({ ...one, alarm: null });
  const missed = (told?.judged ?? []).map((one) => ({
    ...one,
    outcomes: Object.fromEntries(Object.entries(one.outcomes).map(([name, outcome]) => [name, untold(outcome)])),
  }));
  expect(
    forecastFigures([told as JudgedSet, { name: 'missed', judged: missed }], ['over-90'])['over-90'],
  ).toMatchObject({
    recall: 0.5,
    worstFamilyRecall: 0,
  });
});

test('a bad line names itself, leaves the old rows as they were and nothing beside them', async () => {
  const tracesFile = await inFile(`${GOOD}\n${GOOD}\n{"id"\n`);
  const outFile = join(folder, 'out.jsonl');
  await writeFile(outFile, 'old');
  const run = benchFile({ tracesFile, outFile, detectors: ['over-90'], log: () => {} });
  await expect(run).rejects.toThrow(/Line 3: it is not JSON/);
  expect(await readFile(outFile, 'utf8')).toBe('old');
  expect((await readdir(folder)).toSorted()).toEqual(['out.jsonl', 'traces.jsonl']);
});

test('rows that cannot be put in their place leave nothing beside it', async () => {
  async function* rows(): AsyncGenerator<string> {
    yield 'a\n';
  }
  await expect(writeRows(folder, rows())).rejects.toThrow();
  expect(await readdir(folder)).toEqual([]);
});
