import * as z from 'zod';

/** Variables of `silt-collector`, for units and containers; an option of the same meaning comes before. */
export const environmentSchema = z.object({
  SILT_GATEWAY_URL: z.string().optional(),
  SILT_STATE: z.string().optional(),
  /** Where a file cannot be had: everybody who may look at the container reads it. */
  SILT_ENROLMENT_TOKEN: z.string().optional(),
  SILT_ENROLMENT_TOKEN_FILE: z.string().optional(),
  SILT_SERVER_PIN: z.string().optional(),
});
