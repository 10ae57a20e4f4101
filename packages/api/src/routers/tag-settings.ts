import { tagOfSettingInput, tagSettingInput } from '../inputs.ts';
import { actorOf, protectedProcedure, router } from '../trpc.ts';

export const tagSettingsRouter = router({
  list: protectedProcedure.query(({ ctx }) => ctx.services.tagSettings.list(ctx.session.organisation.id)),
  set: protectedProcedure
    .input(tagSettingInput)
    .mutation(({ ctx, input }) => ctx.services.tagSettings.set(actorOf(ctx.session), input)),
  remove: protectedProcedure
    .input(tagOfSettingInput)
    .mutation(({ ctx, input }) => ctx.services.tagSettings.remove(actorOf(ctx.session), input.tag)),
});
