import { backtestIdInput, backtestInput } from '../inputs.ts';
import { actorOf, protectedProcedure, router } from '../trpc.ts';

export const backtestRouter = router({
  start: protectedProcedure
    .input(backtestInput)
    .mutation(({ ctx, input }) => ctx.services.backtests.start(actorOf(ctx.session), input)),
  get: protectedProcedure
    .input(backtestIdInput)
    .query(({ ctx, input }) => ctx.services.backtests.get(ctx.session.organisation.id, input.backtestId)),
});
