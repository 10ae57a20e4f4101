import { apiKeyInput, newApiKeyInput } from '../inputs.ts';
import { actorOf, protectedProcedure, router } from '../trpc.ts';

export const apiKeysRouter = router({
  list: protectedProcedure.query(({ ctx }) => ctx.services.apiKeys.list(actorOf(ctx.session))),
  create: protectedProcedure
    .input(newApiKeyInput)
    .mutation(({ ctx, input }) => ctx.services.apiKeys.create(actorOf(ctx.session), input)),
  revoke: protectedProcedure
    .input(apiKeyInput)
    .mutation(({ ctx, input }) => ctx.services.apiKeys.revoke(actorOf(ctx.session), input.keyId)),
});
