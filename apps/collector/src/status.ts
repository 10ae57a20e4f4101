import { readSpoolStatus } from '@silt/wire/client';
import { CollectorError, EXIT_FAILURE } from './collector-error.ts';
import { readIdentity } from './identity.ts';

const MILLISECONDS_A_DAY = 86_400_000;
const NAME_COLUMNS = 8;

/** What is in the state folder, as lines for people; no secret is in it. Throws CollectorError. */
export async function statusText(stateFolder: string, now: number): Promise<string> {
  const identity = await readIdentity(stateFolder);
  const lines: [string, string][] =
    identity === null
      ? [['Host', 'not enrolled']]
      : [
          ['Host', identity.hostId],
          ['Server', `${identity.url}${identity.pin === null ? '' : `, certificate ${identity.pin}`}`],
          ['Key', `${identity.key}, ${daysText(now - Date.parse(identity.createdAt))} old`],
        ];
  return [...lines, ['Spool', spoolText(stateFolder)]]
    .map(([name = '', text = '']) => `${name.padEnd(NAME_COLUMNS)}${text}`)
    .join('\n');
}

function spoolText(stateFolder: string): string {
  try {
    const { records, bytes, oldestTakenAt } = readSpoolStatus(stateFolder);
    const oldest = oldestTakenAt === null ? '' : `, the oldest of ${oldestTakenAt}`;
    return `${records} ${records === 1 ? 'record' : 'records'} not known to be acknowledged, ${bytes} bytes${oldest}`;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CollectorError(`The spool cannot be read: ${why}.`, EXIT_FAILURE);
  }
}

function daysText(milliseconds: number): string {
  const days = Math.max(0, Math.floor(milliseconds / MILLISECONDS_A_DAY));
  return days === 1 ? '1 day' : `${days} days`;
}
