// The idle client, which gives back what it has of its file a second after each ping, as a collector does after each beat.
import { GIVE_BACK_AFTER_MILLISECONDS, giveBackFilePages } from '../../apps/collector/src/give-back-file-pages.ts';
import { socket } from './idle-client.ts';

socket.on('ping', () => setTimeout(giveBackFilePages, GIVE_BACK_AFTER_MILLISECONDS));
