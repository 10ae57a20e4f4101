// The idle client, which gives back its code as often as a collector does.
import { giveBackCode } from '../../apps/collector/src/give-back-code.ts';
import './idle-client.ts';

const BEAT_MILLISECONDS = 10_000;

setInterval(giveBackCode, BEAT_MILLISECONDS);
