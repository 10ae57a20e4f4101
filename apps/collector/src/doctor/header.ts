import { formatBytes, fullest, RESOURCES, resourceFills, SERIES, stateOfFill } from '@silt/domain';
import { SEVERITIES } from '@silt/domain/findings';
import { columnsOf, wrap } from '../once/columns.ts';
import { shortFill } from '../once/fill-bar.ts';
import { shortName } from '../once/shorten.ts';
import { storeName } from '../once/store-rows.ts';
import type { DoctorView } from './doctor-view.ts';
import { SEVERITY_STYLES } from './severity-styles.ts';
import { wrapProse } from './wrap-prose.ts';

const CELLS = 10;
const MAX_NAME_CHARACTERS = 40;

/** Whose storage it is and what of it is fullest; when it was read, and how much was found. */
export function header(view: DoctorView): string[] {
  const { look, diagnosis, words, paint, columns } = view;
  const name = look.facts === null ? words.hostNotRead : shortName(look.facts.name, MAX_NAME_CHARACTERS);
  const time = look.snapshot.takenAt.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
  const counts = SEVERITIES.flatMap((severity) => {
    const count = diagnosis.findings.filter((one) => one.severity === severity).length;
    return count === 0 ? [] : [paint(SEVERITY_STYLES[severity], words.counts[severity](count))];
  });
  const system = look.facts?.distribution ?? null;
  const facts = [...(system === null ? [] : [shortName(system)]), words.readAt(time, diagnosis.rules.length)];
  const [what, fill] = fullestWords(view);
  const whole = [paint('strong', name), what, ...fill].join('  ');
  // A terminal that has no room for it takes it in parts.
  const first = columnsOf(whole) <= columns ? [whole] : [paint('strong', name), ...wrapProse(what, columns), ...fill];
  return [...first, ...wrap([...facts, ...counts], ' · ', columns)];
}

/** Which store and what of it; how full it is, where that was read. */
function fullestWords({ look: { snapshot }, words, paint }: DoctorView): [string, string[]] {
  const most = fullest(resourceFills(snapshot.layout, snapshot.readings));
  const store = snapshot.layout.stores.find(({ key }) => key === most?.storeKey);
  if (most === null || store === undefined) return [words.noStoreRead, []];
  const { used, capacity, fill, resource } = most;
  const { unit } = SERIES[RESOURCES[resource].used];
  const amount = (value: number) => (unit === 'bytes' ? formatBytes(value) : value.toLocaleString('en'));
  const full = Math.min(CELLS, Math.max(fill > 0 ? 1 : 0, Math.round(fill * CELLS)));
  const bar = paint(stateOfFill(fill), '█'.repeat(full)) + paint('faint', '░'.repeat(CELLS - full));
  const percent = shortFill('', { used, capacity, unit }, paint).trim();
  const amounts = `${amount(used)} / ${amount(capacity)}`;
  return [words.fullest(storeName(store), resource), [`${bar} ${percent}  ${amounts}`]];
}
