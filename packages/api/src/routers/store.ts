import { HISTORY_RANGES } from '@silt/domain';
import { historyInput, storeAtInput } from '../inputs.ts';
import { protectedProcedure, router } from '../trpc.ts';

export const storeRouter = router({
  get: protectedProcedure
    .input(storeAtInput)
    .query(({ ctx, input: { hostId, storeKey, at } }) =>
      ctx.services.getStore(ctx.session.organisation.id, hostId, storeKey, at),
    ),
  history: protectedProcedure
    .input(historyInput)
    .query(({ ctx, input: { range, ...query } }) =>
      ctx.services.storeHistory(ctx.session.organisation.id, { ...query, rangeSeconds: HISTORY_RANGES[range] }),
    ),
  forecast: protectedProcedure
    .input(storeAtInput)
    .query(({ ctx, input }) => ctx.services.storeForecast(ctx.session.organisation.id, input)),
  holdings: protectedProcedure
    .input(historyInput)
    .query(({ ctx, input: { range, ...query } }) =>
      ctx.services.storeHoldings(ctx.session.organisation.id, { ...query, rangeSeconds: HISTORY_RANGES[range] }),
    ),
});
