import type { FindingAddress } from '../../shared/findings/finding-path.ts';
import type { FindingsPageQuery } from './findings-query.ts';

/** What a page of the list is read by. */
export interface ShownList {
  query: FindingsPageQuery;
  /** Of the element that holds the detail. */
  detailId: string;
}

/** The finding whose detail is shown, and where. */
export interface OpenFinding {
  address: FindingAddress | null;
  /** The detail stands beneath its row; else beside the list. */
  inPlace: boolean;
  /** Opens one, or closes the one that is open. */
  turn(address: FindingAddress): void;
  /** Told whether a row of the open one is in the page. */
  place(isThere: boolean): void;
}

export const isSameFinding = (a: FindingAddress | null, b: FindingAddress): boolean =>
  a !== null && a.hostId === b.hostId && a.findingNo === b.findingNo;
