import {
  type EnrolledCollector,
  type EnrolRequest,
  enrolCollector,
  findEnrolled,
  findEnrolmentTarget,
  type Sql,
} from '@silt/db';

/** The host meant by a token may change between the look and the deed, by another enrolment; so often it is looked up again. */
const MAX_LOOKS = 3;

/**
 * Lets a collector in by its token; one that asks again, because it heard no answer, gets the same. Nothing is locked while a live connection is asked whether it still answers.
 *
 * @param isLive whether another collector of the host is connected; the token is not counted then.
 */
export async function enrol(
  sql: Sql,
  request: EnrolRequest,
  isLive: (host: { organisationId: string; hostId: number; hostPublicId: string }) => Promise<boolean>,
): Promise<EnrolledCollector | 'bad-token' | 'host-already-connected'> {
  const earlier = await findEnrolled(sql, request);
  if (earlier !== null) return earlier;
  for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
    const target = await findEnrolmentTarget(sql, request);
    if (target === null) return 'bad-token';
    const { organisationId, host } = target;
    if (host && (await isLive({ organisationId, hostId: host.id, hostPublicId: host.publicId }))) {
      return 'host-already-connected';
    }
    const enrolled = await enrolCollector(sql, request, host?.id ?? null);
    if (enrolled !== 'changed') return enrolled;
  }
  throw new Error('other enrolments of the same machine came in between each time');
}
