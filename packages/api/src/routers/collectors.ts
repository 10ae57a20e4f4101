import { collectorsInput, expiryInput, expiryTagInput, hostInput, newTokenInput, tokenInput } from '../inputs.ts';
import { actorOf, protectedProcedure, router } from '../trpc.ts';

export const collectorsRouter = router({
  address: protectedProcedure.query(({ ctx }) => ({ url: ctx.services.collectors.url })),
  hosts: protectedProcedure
    .input(collectorsInput)
    .query(({ ctx, input }) => ctx.services.collectors.listHosts(ctx.session.organisation.id, input)),
  tokens: protectedProcedure.query(({ ctx }) => ctx.services.collectors.listOpenTokens(ctx.session.organisation.id)),
  awaited: protectedProcedure
    .input(tokenInput)
    .query(({ ctx, input }) => ctx.services.collectors.awaitHosts(ctx.session.organisation.id, input.tokenId)),
  expiries: protectedProcedure.query(({ ctx }) => ctx.services.collectors.listExpiries(ctx.session.organisation.id)),
  createToken: protectedProcedure
    .input(newTokenInput)
    .mutation(({ ctx, input }) => ctx.services.collectors.createToken(actorOf(ctx.session), input)),
  withdrawToken: protectedProcedure
    .input(tokenInput)
    .mutation(({ ctx, input }) => ctx.services.collectors.withdrawToken(actorOf(ctx.session), input.tokenId)),
  revokeKeys: protectedProcedure
    .input(hostInput)
    .mutation(({ ctx, input }) => ctx.services.collectors.revokeKeys(actorOf(ctx.session), input.hostId)),
  retireHost: protectedProcedure
    .input(hostInput)
    .mutation(({ ctx, input }) => ctx.services.collectors.retireHost(actorOf(ctx.session), input.hostId)),
  setExpiry: protectedProcedure
    .input(expiryInput)
    .mutation(({ ctx, input }) => ctx.services.collectors.setExpiry(actorOf(ctx.session), input)),
  removeExpiry: protectedProcedure
    .input(expiryTagInput)
    .mutation(({ ctx, input }) => ctx.services.collectors.removeExpiry(actorOf(ctx.session), input.tag)),
});
