import type { Inventory } from '@silt/domain';
import * as z from 'zod/mini';
import { issueReason } from '../issue-reason.ts';
import { MAX_PROBES } from '../limits.ts';
import { probeReport } from '../messages/snapshot.ts';
import { listOf, moment } from '../schema-parts.ts';
import { docker } from './docker.ts';
import { containerdRoot, dataRoot } from './layers.ts';
import { layerSpace, leak, mounts } from './mounts.ts';
import { list, maybe, maybeWhole } from './parts.ts';
import { blockDevice, btrfs, btrfsMaintenance, thin } from './storage.ts';

/**
 * A whole `Inventory`, as `survey` brings it. Fields that this version does not know are dropped. Held by the server alone: a
 * collector does not load it.
 */
export const surveySchema = z.object({
  takenAt: moment,
  devices: maybe(list(blockDevice)),
  btrfs: maybe(list(btrfs)),
  btrfsMaintenance: maybe(btrfsMaintenance),
  thin: maybe(thin),
  docker: maybe(docker),
  dataRoots: list(dataRoot),
  containerdRoots: list(containerdRoot),
  mounts: maybe(mounts),
  leaks: maybe(list(leak)),
  layerSpaces: maybe(list(layerSpace)),
  maxUserNamespaces: maybeWhole,
  probes: listOf(probeReport, MAX_PROBES),
}) satisfies z.ZodMiniType<Inventory>;

export type ParsedSurvey = { ok: true; inventory: Inventory } | { ok: false; reason: string };

/** What a collector says that it read. Never throws; `reason` names the first place that is wrong, for people. */
export function parseSurvey(value: unknown): ParsedSurvey {
  const result = surveySchema.safeParse(value);
  if (result.success) return { ok: true, inventory: result.data };
  return { ok: false, reason: issueReason(result.error.issues[0]) };
}
