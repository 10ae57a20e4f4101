import { GROWER_RANGES } from '@silt/domain';
import { fleetPageInput, growersInput } from '../inputs.ts';
import { protectedProcedure, router } from '../trpc.ts';

export const fleetRouter = router({
  page: protectedProcedure
    .input(fleetPageInput)
    .query(({ ctx, input }) => ctx.services.fleetPage(ctx.session.organisation.id, input)),
  growers: protectedProcedure
    .input(growersInput)
    .query(({ ctx, input: { range, limit } }) =>
      ctx.services.fleetGrowers(ctx.session.organisation.id, { rangeDays: GROWER_RANGES[range], limit }),
    ),
});
