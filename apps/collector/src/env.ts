import * as z from 'zod/mini';

/** Variables of `silt-collector`, for units and containers; an option of the same meaning comes before. */
export const environmentSchema = z.object({
  SILT_GATEWAY_URL: z.optional(z.string()),
  SILT_STATE: z.optional(z.string()),
  /** Where a file cannot be had: everybody who may look at the container reads it. */
  SILT_ENROLMENT_TOKEN: z.optional(z.string()),
  SILT_ENROLMENT_TOKEN_FILE: z.optional(z.string()),
  SILT_SERVER_PIN: z.optional(z.string()),
});
