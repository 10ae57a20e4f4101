import type { FindingListName } from '@silt/domain';

export interface FindingAddress {
  hostId: string;
  findingNo: number;
}

/** The page of findings with one of them open. */
export const findingPath = ({ hostId, findingNo }: FindingAddress): string =>
  `/findings?finding=${writeFindingAddress({ hostId, findingNo })}`;

export interface FindingsPathFilter {
  list?: FindingListName;
  hostId?: string;
  /** Of that host. */
  storeKey?: string;
  rule?: string;
}

/** The page of findings, narrowed to a host, a store of it, or a rule. */
export function findingsPath({ list, hostId, storeKey, rule }: FindingsPathFilter): string {
  const parts = Object.entries({ list: list === 'standing' ? undefined : list, host: hostId, store: storeKey, rule })
    .filter((part): part is [string, string] => part[1] !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return parts.length > 0 ? `/findings?${parts.join('&')}` : '/findings';
}

export const writeFindingAddress = ({ hostId, findingNo }: FindingAddress): string => `${hostId}/${findingNo}`;

const ADDRESS = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(0|[1-9]\d{0,8})$/;

/** null = it names no finding. */
export function readFindingAddress(text: string | null): FindingAddress | null {
  const [, hostId, findingNo] = ADDRESS.exec(text ?? '') ?? [];
  return hostId === undefined || findingNo === undefined ? null : { hostId, findingNo: Number(findingNo) };
}
