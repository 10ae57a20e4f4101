import { eventsInput, hostAtInput, inventoryInput } from '../inputs.ts';
import { protectedProcedure, router } from '../trpc.ts';

export const hostRouter = router({
  get: protectedProcedure
    .input(hostAtInput)
    .query(({ ctx, input }) => ctx.services.getHost(ctx.session.organisation.id, input.hostId, input.at)),
  events: protectedProcedure
    .input(eventsInput)
    .query(({ ctx, input }) => ctx.services.listHostEvents(ctx.session.organisation.id, input)),
  inventory: protectedProcedure
    .input(inventoryInput)
    .query(({ ctx, input }) => ctx.services.getInventory(ctx.session.organisation.id, input)),
});
