import { flipBitOfSpool, killBeforeDelete, killInSpoolWrite, oversizeRecord } from './collector-deaths.ts';
import { freezePostgres, killPostgres } from './database-faults.ts';
import { diskFull, spoolBound } from './full-spools.ts';
import { hangingProbe } from './hanging-probe.ts';
import { needsRoot } from './harness/mount-memory.ts';
import type { FaultReport, FaultSettings } from './harness/stage.ts';
import { endGateway, killBeforeAck, killGateway } from './kill-gateway.ts';
import { cutNetwork, halfOpen, reconnectAtOnce } from './network-faults.ts';
import { replayHour, sameKeyOtherHash } from './same-sequence.ts';
import { databaseDiskFull, migrateDuringIngest, partitionMissing } from './schema-faults.ts';
import { clonedHost, poisonousSnapshot, wrongClocks } from './strange-collectors.ts';
import { freezeUnderSurveys } from './survey-faults.ts';
import { versionsApart } from './versions-apart.ts';

export interface Fault {
  /** 22 and 23 are about incidents, which are not there yet. */
  number: number;
  name: string;
  run: (settings: FaultSettings) => Promise<FaultReport>;
  /** Also a test of `npm test`: it is quick, and takes no right that a user lacks. */
  inTests: boolean;
  /** Why it cannot be tried here; null = it can. */
  unavailable: () => string | null;
}

const fault = (number: number, name: string, run: Fault['run'], change: Partial<Fault> = {}): Fault => ({
  ...{ number, name, run, inTests: true, unavailable: () => null },
  ...change,
});
const LONGER = { inTests: false };
const AS_ROOT = { inTests: false, unavailable: needsRoot };

export const ALL_FAULTS: readonly Fault[] = [
  fault(1, 'kill -9 gateway under load', killGateway),
  fault(2, 'kill -9 between COMMIT and ack', killBeforeAck),
  fault(3, 'SIGTERM gateway', endGateway, LONGER),
  fault(4, 'kill -9 collector in a spool write', killInSpoolWrite),
  fault(5, 'kill -9 collector after ack, before delete', killBeforeDelete),
  fault(6, 'kill -9 Postgres under load', killPostgres),
  fault(7, 'Postgres stopped', freezePostgres),
  fault(8, 'database disk full', databaseDiskFull, AS_ROOT),
  fault(9, 'network cut', cutNetwork, LONGER),
  fault(10, 'half-open TCP', halfOpen, LONGER),
  fault(11, "collector's disk full or read-only", diskFull, AS_ROOT),
  fault(12, 'spool bound reached', spoolBound),
  fault(13, 'bit flip in the spool', flipBitOfSpool),
  fault(14, 'oversize record', oversizeRecord),
  fault(15, 'clock +1 day, -1 year', wrongClocks),
  fault(16, 'cloned host', clonedHost),
  fault(17, 'one hour of frames replayed', replayHour),
  fault(18, 'same key, other hash', sameKeyOtherHash),
  fault(19, 'all collectors reconnect at once', reconnectAtOnce, LONGER),
  fault(20, 'old and new collector and server', versionsApart, LONGER),
  fault(21, 'migration during ingest', migrateDuringIngest, LONGER),
  fault(24, "a day's partition missing", partitionMissing, LONGER),
  fault(25, 'a probe hangs', hangingProbe, AS_ROOT),
  fault(26, 'one poisonous snapshot of 200 hosts', poisonousSnapshot),
  fault(27, 'Postgres stopped under surveys', freezeUnderSurveys, LONGER),
];

/** The load that the table names for CI and for the long run. */
export const CI_LOAD = { collectors: 200, perSecond: 40 };
export const LONG_LOAD = { collectors: 5_000, perSecond: 500 };
export const CI_TIME_SCALE = 60;
