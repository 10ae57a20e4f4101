import { z } from 'zod';

/** Variables of `silt-collector run`, for units and containers; an option of the same meaning comes before. */
export const environmentSchema = z.object({
  SILT_GATEWAY_URL: z.string().optional(),
  SILT_COLLECTOR_TOKEN_FILE: z.string().optional(),
});
