/** As install.sh and the unit leave it on a host. */
export const COLLECTOR_UNIT = 'silt-collector.service';
export const COLLECTOR_STATE = '/var/lib/silt-collector';
export const COLLECTOR_PROGRAM = '/usr/local/lib/silt/node /usr/local/lib/silt/silt-collector.mjs';
