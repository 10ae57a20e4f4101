import type { DockerDaemon } from '@silt/domain';
import { flagOf, listOf, parseObject, textOf } from './json.ts';
import { parseDaemon } from './parse.ts';

/** What GET /version and GET /info tell of a daemon. */
export type DaemonInfo = Pick<
  DockerDaemon,
  | 'version'
  | 'apiVersion'
  | 'storageDriver'
  | 'driverStatus'
  | 'liveRestore'
  | 'rootless'
  | 'cgroupDriver'
  | 'loggingDriver'
  | 'warnings'
> & { dataRoot: string };

const MAX_PAIRS = 64;
const MAX_WARNINGS = 64;

/** A sentence part = they are not it. */
export function parseDaemonInfo(version: string, info: string): DaemonInfo | string {
  const daemon = parseDaemon('', version, info);
  if (typeof daemon === 'string') return daemon;
  const fields = parseObject(info) ?? {};
  const pairs = listOf(fields.DriverStatus).slice(0, MAX_PAIRS);
  return {
    version: daemon.version,
    apiVersion: daemon.apiVersion,
    storageDriver: daemon.storageDriver,
    dataRoot: daemon.dataRoot,
    liveRestore: flagOf(fields.LiveRestoreEnabled),
    driverStatus: pairs.flatMap((pair) => {
      const [name, value] = listOf(pair).map(textOf);
      return name === null || name === undefined ? [] : [{ name, value: value ?? '' }];
    }),
    rootless: Array.isArray(fields.SecurityOptions)
      ? fields.SecurityOptions.some((option) => typeof option === 'string' && /^name=rootless(,|$)/.test(option))
      : null,
    cgroupDriver: textOf(fields.CgroupDriver),
    loggingDriver: textOf(fields.LoggingDriver),
    warnings: listOf(fields.Warnings)
      .slice(0, MAX_WARNINGS)
      .flatMap((warning) => textOf(warning) ?? []),
  };
}
