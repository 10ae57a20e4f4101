import type { Sql } from '../client.ts';
import { transaction } from '../transaction.ts';
import { type OpenedStream, openStream, recordSkew, type StreamRequest } from './open-stream.ts';
import { type KeyHolder, revokeOlderKeys } from './rotate-collector-key.ts';

export interface GreetRequest extends Omit<StreamRequest, 'hostId' | 'organisationId'> {
  holder: KeyHolder;
  /** The host's clock minus the server's. */
  skewMilliseconds: number;
  at: Date;
}

/** All that a hello changes, in one transaction. */
export async function greetCollector(
  sql: Sql,
  { holder, skewMilliseconds, at, ...rest }: GreetRequest,
): Promise<OpenedStream> {
  return transaction(sql, async (tx) => {
    const { hostId, organisationId } = holder;
    const opened = await openStream(tx, { hostId, organisationId, ...rest });
    await revokeOlderKeys(tx, holder);
    await recordSkew(tx, holder, skewMilliseconds, at);
    return opened;
  });
}
