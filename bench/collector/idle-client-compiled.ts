// The idle client, which gives back what it has of its file a second after each ping, as a collector does after each beat.
import { giveBackFilePages } from '../../apps/collector/src/give-back-file-pages.ts';
import { socket } from './idle-client.ts';

const GIVE_BACK_AFTER_MILLISECONDS = 1_000;

socket.on('ping', () => setTimeout(giveBackFilePages, GIVE_BACK_AFTER_MILLISECONDS));
