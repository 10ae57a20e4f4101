import type { FindingServices } from '../../web-services.ts';
import { hostBlindness } from './host-blindness.ts';
import { muteOne, unmuteOne } from './mute-findings.ts';
import { type FindingContext, findingGroups, getFinding, listFindings, standingCounts } from './read-findings.ts';

/** @param run each call, with the time of it; it names a database that is away. */
export function openFindingServices(
  run: <Result>(call: (context: FindingContext) => Promise<Result>) => Promise<Result>,
): FindingServices {
  return {
    groups: (organisationId, query) => run((context) => findingGroups(context, organisationId, query)),
    list: (organisationId, query) => run((context) => listFindings(context, organisationId, query)),
    get: (actor, query) => run((context) => getFinding(context, actor, query)),
    counts: (organisationId) => run((context) => standingCounts(context, organisationId)),
    blindness: (organisationId, query) => run((context) => hostBlindness(context, organisationId, query)),
    mute: (actor, mute) => run((context) => muteOne(context, actor, mute)),
    unmute: (actor, finding) => run((context) => unmuteOne(context, actor, finding)),
  };
}
