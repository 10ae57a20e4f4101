import { eventsInput, hostInput } from '../inputs.ts';
import { protectedProcedure, router } from '../trpc.ts';

export const hostRouter = router({
  get: protectedProcedure
    .input(hostInput)
    .query(({ ctx, input }) => ctx.services.getHost(ctx.session.organisation.id, input.hostId)),
  events: protectedProcedure
    .input(eventsInput)
    .query(({ ctx, input }) => ctx.services.listHostEvents(ctx.session.organisation.id, input.hostId, input.limit)),
});
