import { HISTORY_RANGES } from '@silt/domain';
import { historyInput, storeInput } from '../inputs.ts';
import { protectedProcedure, router } from '../trpc.ts';

export const storeRouter = router({
  get: protectedProcedure
    .input(storeInput)
    .query(({ ctx, input }) => ctx.services.getStore(ctx.session.organisation.id, input.hostId, input.storeKey)),
  history: protectedProcedure.input(historyInput).query(({ ctx, input }) =>
    ctx.services.storeHistory(ctx.session.organisation.id, {
      hostId: input.hostId,
      storeKey: input.storeKey,
      rangeSeconds: HISTORY_RANGES[input.range],
      points: input.points,
    }),
  ),
});
