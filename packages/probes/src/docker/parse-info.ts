import type { DockerDaemon } from '@silt/domain';
import { flagOf, listOf, parseObject, textOf, wordsOf } from './json.ts';

/** What GET /version and GET /info tell of a daemon (Docker Engine API 1.24 and later). */
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
  const versionFields = parseObject(version);
  if (versionFields === null) return 'the answer to /version is no JSON object';
  const fields = parseObject(info);
  if (fields === null) return 'the answer to /info is no JSON object';
  const [engine, apiVersion] = [textOf(versionFields.Version), textOf(versionFields.ApiVersion)];
  const [storageDriver, dataRoot] = [textOf(fields.Driver), textOf(fields.DockerRootDir)];
  if (engine === null || apiVersion === null) return 'the answer to /version has no Version and ApiVersion';
  if (storageDriver === null || dataRoot === null) return 'the answer to /info has no Driver and DockerRootDir';
  const pairs = listOf(fields.DriverStatus).slice(0, MAX_PAIRS);
  return {
    ...{ version: engine, apiVersion, storageDriver, dataRoot },
    liveRestore: flagOf(fields.LiveRestoreEnabled),
    driverStatus: pairs.flatMap((pair) => {
      const [name, value] = listOf(pair).map(wordsOf);
      return name === null || name === undefined ? [] : [{ name, value: value ?? '' }];
    }),
    rootless: Array.isArray(fields.SecurityOptions)
      ? fields.SecurityOptions.some((option) => typeof option === 'string' && /^name=rootless(,|$)/.test(option))
      : null,
    cgroupDriver: textOf(fields.CgroupDriver),
    loggingDriver: textOf(fields.LoggingDriver),
    warnings: listOf(fields.Warnings)
      .slice(0, MAX_WARNINGS)
      .flatMap((warning) => wordsOf(warning) ?? []),
  };
}
