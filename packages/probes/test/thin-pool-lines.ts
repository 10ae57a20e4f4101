import {
  type PoolStatus,
  type PoolTable,
  parsePoolStatus,
  parsePoolTable,
  parseTargets,
  type Target,
} from '../src/thin-pool/parse.ts';
import { fixture } from './fixture.ts';

export function targetsOf(text: string): Target[] {
  const targets = parseTargets(text);
  if (typeof targets === 'string') throw new Error(`${targets}: ${text}`);
  return targets;
}
export function targetOf(text: string, type: string): Target {
  const found = targetsOf(text).find((target) => target.type === type);
  if (found === undefined) throw new Error(`no ${type}: ${text}`);
  return found;
}
export function statusOf(text: string): PoolStatus {
  const status = parsePoolStatus(targetOf(text, 'thin-pool').words);
  if (typeof status === 'string' || 'broken' in status) throw new Error(JSON.stringify(status));
  return status;
}
export function tableOf(text: string): PoolTable {
  const table = parsePoolTable(targetOf(text, 'thin-pool').words);
  if (typeof table === 'string') throw new Error(table);
  return table;
}

/** Rows of a captured series, one JSON object a line. */
export const rowsOf = <Row>(path: string): Row[] =>
  fixture(path)
    .trim()
    .split('\n')
    .map((row) => JSON.parse(row));

/** A captured line. */
export const HEALTHY = '0 8388608 thin-pool 4 436/4096 2416/65536 - rw discard_passdown error_if_no_space - 1024 \n';
