import { printableAll } from '@silt/domain';
import type { Language } from '@silt/domain/findings';
import { MAX_COLUMNS } from '../once/columns.ts';
import type { Paint } from '../once/paint.ts';
import { cannotTellLines, probeLines, SERVER_TELLS } from './cannot-tell-lines.ts';
import type { Diagnosis, HostLook } from './diagnose.ts';
import type { DoctorRun, DoctorView } from './doctor-view.ts';
import { DOCTOR_WORDS, type LookedAt } from './doctor-words.ts';
import { findingBlocks } from './finding-lines.ts';
import { header } from './header.ts';
import { hang } from './wrap-prose.ts';

const MIN_COLUMNS = 60;
const NO_ROOT = '/';

export interface Shown {
  language: Language;
  paint: Paint;
  /** Of the terminal; undefined = none. */
  terminalColumns: number | undefined;
}

/** A terminal's own width within reason; what is no terminal takes lines of usual length. */
export const columnsFor = (terminalColumns: number | undefined): number =>
  Math.min(MAX_COLUMNS, Math.max(MIN_COLUMNS, terminalColumns ?? MAX_COLUMNS));

/** A diagnosis for people. */
export function formatDoctor(look: HostLook, diagnosis: Diagnosis, run: DoctorRun, shown: Shown): string {
  const words = DOCTOR_WORDS[shown.language];
  const columns = columnsFor(shown.terminalColumns);
  const view: DoctorView = {
    ...{ look: printableAll(look), diagnosis: printableDiagnosis(diagnosis), run: printableAll(run) },
    ...{ words, paint: shown.paint, columns },
  };
  const isFound = diagnosis.findings.length > 0;
  const hostRoot = run.hostRoot === NO_ROOT ? [] : hang('', words.hostRoot(view.run.hostRoot), columns);
  const blocks = [
    header(view),
    ...(isFound ? findingBlocks(view) : [nothingLines(view)]),
    cannotTellLines(view),
    probeLines(view),
    [...hostRoot, ...hang('', isFound ? words.footer : words.afterNothing, columns)],
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** Commands stay as they are, since a line break in one is a line of it: who shows them makes them printable. */
function printableDiagnosis(diagnosis: Diagnosis): Diagnosis {
  const { findings, ...rest } = diagnosis;
  return {
    ...printableAll(rest),
    findings: findings.map(({ remedy, ...finding }) => ({ ...printableAll(finding), remedy })),
  };
}

function nothingLines({ diagnosis, look, words, paint, columns }: DoctorView): string[] {
  const said = isWhole(diagnosis) ? paint('ok', words.nothingFound) : paint('strong', words.nothingFoundInPart);
  return [said, ...hang('', words.lookedAt(lookedAt(look)), columns)];
}

/** All was read that a single look can read. */
const isWhole = ({ cannotTell, faults, probes }: Diagnosis): boolean =>
  cannotTell.every(({ missing }) => SERVER_TELLS.includes(missing)) &&
  faults.length === 0 &&
  probes.length > 0 &&
  probes.every(({ status, reason }) => status === 'ok' && reason === null);

/** What there was to look at. A part that was not read makes no sum. */
function lookedAt({ snapshot, inventory: { btrfs, docker } }: HostLook): LookedAt {
  const sum = (lists: readonly (readonly unknown[] | null)[] | undefined): number | null =>
    lists === undefined || lists.length === 0 || lists.some((one) => one === null)
      ? null
      : lists.reduce((count, one) => count + (one?.length ?? 0), 0);
  return {
    stores: snapshot.layout.stores.length,
    subvolumes: sum(btrfs?.map((one) => one.subvolumes)),
    daemons: docker?.daemons.length ?? null,
    containers: sum(docker?.daemons.map((one) => one.containers)),
    volumes: sum(docker?.daemons.map((one) => one.volumes)),
  };
}
