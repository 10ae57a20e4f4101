import { Command, InvalidArgumentError } from 'commander';
import { benchFindings, findingsFigures, PARTS, type Part } from './findings/bench-findings.ts';
import { findingsTable } from './findings/findings-table.ts';

const MAX_HOSTS = 20_000;
const MAX_JUDGED = 1_000;

const parseCount =
  (most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw new InvalidArgumentError(`It is a whole number from 1 to ${most}.`);
  };

function parseParts(text: string): readonly Part[] {
  const parts = PARTS.filter((part) => text.split(',').includes(part));
  if (parts.length === text.split(',').length) return parts;
  throw new InvalidArgumentError(`It is some of ${PARTS.join(', ')}, with commas between them.`);
}

interface Options {
  json?: true;
  hosts: number;
  judged: number;
  only: readonly Part[];
}

const { json, hosts, judged, only } = new Command('bench:findings')
  .description('The pages of findings on a large fleet, what judging it costs, and what its surveys do.')
  .option('--json', 'print one JSON object as the last line')
  .option('--hosts <count>', 'hosts of the fleet', parseCount(MAX_HOSTS), 10_000)
  .option('--judged <count>', 'simulated hosts that are surveyed and judged', parseCount(MAX_JUDGED), 200)
  .option('--only <parts>', `some of ${PARTS.join(', ')}`, parseParts, PARTS)
  .parse()
  .opts<Options>();

try {
  const log = (line: string): boolean => process.stderr.write(`${line}\n`);
  const result = await benchFindings({ hosts, judged, parts: only, log });
  console.log(json ? JSON.stringify(findingsFigures(result)) : findingsTable(result));
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
