import {
  BACKTEST_ALARM_KINDS,
  type BacktestAlarm,
  type BacktestAlarmKind,
  type BacktestFill,
  type BacktestHorizon,
  type BacktestPlace,
  type BacktestResult,
  MAX_BACKTEST_ROWS,
} from '../../forecast-views.ts';
import type { StoreAlarm } from './alarm-episodes.ts';
import type { StoreReplay } from './replay-store.ts';

type ReplayedPlace = Omit<BacktestPlace, 'clock'>;

/** Puts the replays of stores together, one after the other; what is counted is counted in full, rows are cut. */
export class BacktestCollector {
  readonly #horizonsDays: readonly number[];
  readonly #stepHours: number;
  readonly #days = new Set<number>();
  readonly #fills: BacktestFill[] = [];
  readonly #alarms: BacktestAlarm[][];
  #hosts = 0;
  #clocks = 0;

  constructor({ horizonsDays, stepHours }: { horizonsDays: readonly number[]; stepHours: number }) {
    this.#horizonsDays = horizonsDays;
    this.#stepHours = stepHours;
    this.#alarms = horizonsDays.map(() => []);
  }

  addHost(): void {
    this.#hosts += 1;
  }

  addStore(place: ReplayedPlace, { clocks, daysRead, fills, alarms }: StoreReplay): void {
    this.#clocks += clocks;
    for (const day of daysRead) this.#days.add(day);
    for (const { fullAt, ...fill } of fills) this.#fills.push({ ...place, ...fill, fullAt: isoTime(fullAt) });
    alarms.forEach((ofHorizon, index) => {
      this.#alarms[index]?.push(...ofHorizon.map((alarm) => ({ ...place, ...alarmView(alarm) })));
    });
  }

  /** The oldest rows first; of too many, the newest are kept of each list in turn. */
  result(): BacktestResult {
    const fills = this.#fills.sort((one, other) => one.fullAt.localeCompare(other.fullAt));
    const alarms = this.#alarms.map((rows) => rows.sort((one, other) => one.raisedAt.localeCompare(other.raisedAt)));
    const limit = Math.floor(MAX_BACKTEST_ROWS / (alarms.length + 1));
    const rows = [fills, ...alarms].reduce((sum, { length }) => sum + length, 0);
    const kept = rows <= MAX_BACKTEST_ROWS ? rows : limit;
    const newest = <Row>(list: readonly Row[]): Row[] => list.slice(Math.max(0, list.length - kept));
    const shown = [fills, ...alarms].reduce((sum, list) => sum + newest<unknown>(list).length, 0);
    return {
      ...{ hosts: this.#hosts, clocks: this.#clocks, stepHours: this.#stepHours, daysRead: this.#days.size },
      horizons: alarms.map((list, index) => ({ ...this.#horizon(list, index), alarms: newest(list) })),
      fills: newest(fills),
      cut: rows - shown,
    };
  }

  #horizon(alarms: readonly BacktestAlarm[], index: number): Omit<BacktestHorizon, 'alarms'> {
    const told = this.#fills.map(({ toldHoursBefore }) => toldHoursBefore[index] ?? null);
    const counts = Object.fromEntries(
      BACKTEST_ALARM_KINDS.map((kind) => [kind, alarms.filter((alarm) => alarm.kind === kind).length]),
    ) as Record<BacktestAlarmKind, number>;
    return {
      horizonDays: this.#horizonsDays[index] as number,
      counts,
      missed: told.filter((hours) => hours === null).length,
      medianLeadHours: median(told.filter((hours) => hours !== null)),
    };
  }
}

function alarmView({ clock, kind, raisedAt, clearedAt, daysLeft }: StoreAlarm) {
  return {
    clock,
    kind,
    raisedAt: isoTime(raisedAt),
    clearedAt: clearedAt === null ? null : isoTime(clearedAt),
    daysLeft,
  };
}

const isoTime = (at: number): string => new Date(at).toISOString();

/** Of an even number, the mean of the two in the middle; null = of none. */
function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[middle]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
