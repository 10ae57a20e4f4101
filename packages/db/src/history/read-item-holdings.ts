import type { HoldingKind, Reading } from '@silt/domain';
import type { TransactionSql } from '../client.ts';
import type { BucketRange } from './bucket-collector.ts';
import type { HostAddress } from './host-address.ts';
import { STORE_ITEM_PREFIX } from './read-items-at.ts';

/**
 * Σ of the least bytes of a store's counted items at the end of each bucket, by kind, of the kinds that it had in the
 * range. One pass over the versions: what begins is added in its bucket, what ends is taken off. A bucket that ended
 * before the first inventory is null.
 */
export async function readItemHoldings(
  tx: TransactionSql,
  { hostId, organisationId }: HostAddress,
  storeKey: string,
  { from, to, bucketSeconds }: BucketRange,
): Promise<Map<HoldingKind, Reading[]>> {
  const [first] = await tx<{ at: Date }[]>`
    SELECT valid_from AS at FROM inventory_span
    WHERE host_id = ${hostId} AND organisation_id = ${organisationId} ORDER BY valid_from LIMIT 1`;
  const steps = await tx<{ kind: HoldingKind; bucket: number; bytes: number }[]>`
    WITH version AS MATERIALIZED (
      SELECT i.kind, v.least_bytes AS bytes, v.valid_from, v.valid_to FROM item_version v
      JOIN item i ON i.host_id = v.host_id AND i.item_no = v.item_no AND i.organisation_id = v.organisation_id
      WHERE v.host_id = ${hostId} AND v.organisation_id = ${organisationId} AND v.counted AND v.least_bytes IS NOT NULL
        AND v.store_no = (
          SELECT item_no FROM item WHERE host_id = ${hostId} AND organisation_id = ${organisationId}
            AND key = ${STORE_ITEM_PREFIX + storeKey}
        )
        AND v.valid_to > ${new Date(from * 1_000)} AND v.valid_from < ${new Date(to * 1_000)}
    ), step AS (
      SELECT kind, valid_from AS at, bytes FROM version
      UNION ALL
      SELECT kind, valid_to, -bytes FROM version WHERE valid_to < ${new Date(to * 1_000)}
    )
    SELECT kind, sum(bytes)::bigint AS bytes,
      greatest(0, floor((extract(epoch FROM at) - ${from}::bigint) / ${bucketSeconds}::bigint))::integer AS bucket
    FROM step GROUP BY kind, bucket`;
  const length = (to - from) / bucketSeconds;
  const known = first === undefined ? length : Math.floor((first.at.getTime() / 1_000 - from) / bucketSeconds);
  const kinds = Map.groupBy(steps, ({ kind }) => kind);
  return new Map([...kinds].map(([kind, own]) => [kind, runningSums(own, { length, known })]));
}

function runningSums(
  steps: readonly { bucket: number; bytes: number }[],
  { length, known }: { length: number; known: number },
): Reading[] {
  const changes = new Array<number>(length).fill(0);
  for (const { bucket, bytes } of steps) changes[bucket] = (changes[bucket] ?? 0) + bytes;
  let sum = 0;
  return changes.map((change, bucket) => {
    sum += change;
    return bucket < known ? null : sum;
  });
}
