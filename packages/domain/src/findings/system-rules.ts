import { fsDate } from './fs-date/rule.ts';
import { fsFull } from './fs-full/rule.ts';
import { clockSkew } from './health/clock-skew/rule.ts';
import { clonedHost } from './health/cloned-host/rule.ts';
import { collectorOld } from './health/collector-old/rule.ts';
import { collectorSilent } from './health/collector-silent/rule.ts';
import { gap } from './health/gap/rule.ts';
import type { FleetRule, HealthRule } from './health/health-rule.ts';
import { partitionMissing } from './health/partition-missing/rule.ts';
import { inodesLow } from './inodes-low/rule.ts';
import { loopOvercommit } from './loop-overcommit/rule.ts';
import { loopRiskyOptions } from './loop-risky-options/rule.ts';
import { probeBlind } from './probe-blind/rule.ts';
import type { Rule } from './rule.ts';

export const SYSTEM_RULES: readonly Rule[] = [loopOvercommit, loopRiskyOptions, inodesLow, fsFull, fsDate, probeBlind];

/** Of Silt's own health, a host each: the server asks them, of its status and events of the host. */
export const HEALTH_RULES: readonly HealthRule[] = [clockSkew, gap, collectorOld, clonedHost, partitionMissing];

/** Of all hosts of an organisation together. */
export const FLEET_RULES: readonly FleetRule[] = [collectorSilent];
