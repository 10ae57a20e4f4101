import { PROBE_STATUSES } from '@silt/domain';
import * as z from 'zod/mini';
import { MAX_PROBES, MAX_READINGS, MAX_REASON_CHARACTERS } from '../limits.ts';
import { listOf, moment, name, positive, textOf, whole } from '../schema-parts.ts';
import { layoutSchema } from './layout.ts';

export const probeReport = z.object({
  probe: name,
  status: z.enum(PROBE_STATUSES),
  reason: z.nullable(textOf(MAX_REASON_CHARACTERS)),
  durationMilliseconds: z.number().check(z.minimum(0)),
});

export const snapshotSchema = z.object({
  type: z.literal('snapshot'),
  sequence: positive,
  takenAt: moment,
  bootId: name,
  uptimeMilliseconds: whole,
  /** A number of the collector's choice; `description` comes with it once a connection. */
  layout: z.object({ number: positive, description: z.optional(layoutSchema) }),
  readings: listOf(z.nullable(whole), MAX_READINGS),
  probes: listOf(probeReport, MAX_PROBES),
});

export type SnapshotMessage = z.infer<typeof snapshotSchema>;
