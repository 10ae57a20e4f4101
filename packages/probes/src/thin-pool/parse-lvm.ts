import type { LvmAutoextend, LvmGroup, LvmPool } from '@silt/domain';
import { wholeOf } from '../whole-of.ts';

/** Rows of one report. */
const MAX_ROWS = 4_096;

/** A thin volume before it is known whether it is active. */
export interface LvmVolumeRow {
  name: string;
  /** 32 characters without hyphens, as the uuid of its device has them. */
  uuid: string;
  pool: string;
  sizeBytes: number | null;
  origin: string | null;
}

export interface LvmVolumes {
  pools: LvmPool[];
  volumes: LvmVolumeRow[];
}

/** `lvs --reportformat json --units b --nosuffix`: what is thin. A string = a sentence part on what is wrong. */
export function parseLvs(text: string): LvmVolumes | string {
  const rows = rowsOf(text, 'lv');
  if (typeof rows === 'string') return rows;
  const pools = new Map<string, LvmPool>();
  const volumes = new Map<string, LvmVolumeRow>();
  for (const row of rows) {
    const [group, volume] = [row('vg_name'), row('lv_name')];
    const layout = (row('lv_layout') ?? '').split(',');
    // In brackets: what LVM keeps for itself.
    if (group === null || volume === null || volume.startsWith('[') || !layout.includes('thin')) continue;
    const name = `${group}/${volume}`;
    const sizeBytes = wholeOf(row('lv_size'));
    const pool = row('pool_lv');
    if (layout.includes('pool')) {
      const [metadataBytes, whenFull] = [wholeOf(row('lv_metadata_size')), whenFullOf(row('lv_when_full'))];
      pools.set(name, { name, sizeBytes, metadataBytes, whenFull, profile: row('lv_profile') });
    } else if (pool !== null) {
      const uuid = (row('lv_uuid') ?? '').replaceAll('-', '');
      volumes.set(name, { name, uuid, pool: `${group}/${pool}`, sizeBytes, origin: row('origin') });
    }
  }
  return { pools: [...pools.values()], volumes: [...volumes.values()] };
}

/** `vgs --reportformat json --units b --nosuffix`. A string = a sentence part on what is wrong. */
export function parseVgs(text: string): LvmGroup[] | string {
  const rows = rowsOf(text, 'vg');
  if (typeof rows === 'string') return rows;
  return rows.flatMap((row) => {
    const name = row('vg_name');
    const [sizeBytes, freeBytes] = [wholeOf(row('vg_size')), wholeOf(row('vg_free'))];
    return name === null ? [] : [{ name, sizeBytes, freeBytes, extentBytes: wholeOf(row('vg_extent_size')) }];
  });
}

/** `name=value` lines of lvmconfig, in which a `#` begins what is not set; null = one of the two is missing. */
export function parseAutoextend(text: string): LvmAutoextend | null {
  const value = (name: string): number | null => {
    const line = text.split('\n').find((one) => one.trim().startsWith(`${name}=`));
    return wholeOf(line?.trim().slice(name.length + 1) ?? null);
  };
  const thresholdPercent = value('thin_pool_autoextend_threshold');
  const growPercent = value('thin_pool_autoextend_percent');
  return thresholdPercent === null || growPercent === null ? null : { thresholdPercent, growPercent };
}

/** A field of a row; null = not there, or empty. */
type Row = (field: string) => string | null;

function rowsOf(text: string, kind: 'lv' | 'vg'): Row[] | string {
  let report: unknown;
  try {
    report = JSON.parse(text);
  } catch {
    return 'the answer is no JSON';
  }
  const rows = fieldOf(itemOf(fieldOf(report, 'report'), 0), kind);
  if (!Array.isArray(rows)) return 'the answer has no report';
  if (rows.length > MAX_ROWS) return `the answer has ${rows.length - MAX_ROWS} rows more than are read`;
  return rows.map((row: unknown) => (field) => {
    const value = fieldOf(row, field);
    return typeof value === 'string' && value !== '' && !value.includes('\0') ? value : null;
  });
}

const itemOf = (value: unknown, place: number): unknown => (Array.isArray(value) ? value[place] : undefined);

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

const whenFullOf = (word: string | null): LvmPool['whenFull'] => (word === 'queue' || word === 'error' ? word : null);
