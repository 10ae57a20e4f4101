import { toTrpcError } from '../error-map.ts';
import { protectedProcedure, router } from '../trpc.ts';

export const liveRouter = router({
  /** Says that data changed, never the data: who missed some reads again what it shows when it connects anew. */
  changes: protectedProcedure.subscription(async function* ({ ctx, signal }) {
    const ended = signal ?? new AbortController().signal;
    try {
      yield* ctx.services.changes(ctx.session.organisation.id, ended);
    } catch (error) {
      if (!ended.aborted) throw toTrpcError(error);
    }
  }),
});
