/**
 * A collector without probes, to be killed: pushes numbered snapshots into the spool of the folder (argument 1) and
 * delivers them to the server (argument 2), with pauses of at most so many milliseconds (argument 3), the first one
 * numbered as told (argument 4).
 */
import { CollectorClient, Spool } from '../../src/client/index.ts';
import { createKeyPair } from '../../src/index.ts';
import { golden } from '../golden-frame.ts';
import { numbered } from '../snapshots.ts';

const [, , stateFolder, url, pause, first] = process.argv;
if (stateFolder === undefined || url === undefined) throw new Error('two arguments are needed');
const { host, clock, hostId, key } = golden('hello');
const { privateKey } = createKeyPair();
const outbox = await Spool.open({ stateFolder });
const client = new CollectorClient({
  ...{ url, outbox, facts: host, clock: () => clock, collectorVersion: '0.1.0', timeScale: 0.01 },
  credentials: () => ({ hostId, key, privateKey }),
});
client.start();
let beat = Number(first);
const push = () => {
  client.push(numbered(beat));
  process.stdout.write(`${beat}\n`);
  beat += 1;
  setTimeout(push, Math.random() * Number(pause));
};
push();
