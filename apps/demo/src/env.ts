import { readEnvironment } from '@silt/runtime';
import { z } from 'zod';

const loadSchema = z.object({
  /** As silt_ingest. */
  SILT_INGEST_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** Whose the simulated fleet is. */
  SILT_ORGANISATION_ID: z.uuid(),
});
export type LoadEnvironment = z.infer<typeof loadSchema>;

const pushSchema = z.object({
  /** Needed where --url is not given. */
  SILT_GATEWAY_URL: z.string().optional(),
});
export type PushEnvironment = z.infer<typeof pushSchema>;

export const loadEnvironment = (): LoadEnvironment => readEnvironment(loadSchema, process.env);
export const pushEnvironment = (): PushEnvironment => readEnvironment(pushSchema, process.env);
