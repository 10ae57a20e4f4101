import { openDatabase } from '@silt/db';
import { rollUpHistory } from '../../src/derive/roll-up-history.ts';

/** Rolls up all that is closed at the moment of its second argument, and ends; its parent may kill it at any time. */
const [url, now] = process.argv.slice(2) as [string, string];
const sql = openDatabase(url, { applicationName: 'roll-up-child', max: 1 });
await sql`SELECT 1`;
process.send?.('ready');
const { failures } = await rollUpHistory(sql, { now: new Date(now), signal: new AbortController().signal });
await sql.end();
process.disconnect();
process.exitCode = failures.length;
