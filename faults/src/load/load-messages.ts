import type { TestHost } from '../harness/test-hosts.ts';

/** What the load process is told at its start. */
export interface LoadSettings {
  type: 'settings';
  /** `ws://…/collect`. */
  url: string;
  hosts: TestHost[];
  /** A spool a host lies in there, in a folder of the host's name; null = in memory. */
  spools: string | null;
  /** Of each spool; null = its own default. */
  spoolBytes: number | null;
  journal: string;
  /** Highest marker that an earlier process on the same hosts may have used. */
  markersAfter: number;
}

export type LoadCommand =
  | LoadSettings
  /** Over all hosts together, one after the other. 0 = none. */
  | { type: 'produce'; perSecond: number }
  /** So many of each host at once; `spacingMilliseconds` apart, the last one taken so long ago. */
  | { type: 'burst'; perHost: number; spacingMilliseconds: number; agoMilliseconds: number }
  /** One survey of each host, with this number in it, and so many characters that hardly compress. */
  | { type: 'survey'; number: number; characters: number }
  /** One of the first host, which no frame can hold. */
  | { type: 'oversize' }
  | { type: 'stop' };

export interface LoadStatus {
  type: 'status';
  produced: number;
  /** Sequences sent at least once of the streams that are sent now; settled by the server, of all streams. */
  sent: number;
  settled: number;
  /** Frames of sequences that were sent before. */
  repeats: number;
  /** Hosts that stream, at this moment. */
  streaming: number;
  /** Most in flight of one host, and most that wait in one, at this moment. */
  mostInFlight: number;
  mostQueued: number;
  /** All that waits or is in flight. */
  outstanding: number;
  /** Of the fullest spool. */
  spoolBytes: number;
  /** Longest time from made to acknowledged since the last `produce`, milliseconds. */
  slowestMilliseconds: number;
  /** Connections that ended so far. */
  disconnects: number;
  /** Why clients gave up for good. */
  stopped: string[];
}
