// Many collectors in one process; its parent tells it what to do over IPC, and gets a status many times a second.
import { JournalWriter } from '../harness/journal.ts';
import { LoadCollector } from './load-collector.ts';
import type { LoadCommand, LoadSettings, LoadStatus } from './load-messages.ts';

const TICK_MILLISECONDS = 50;
const STATUS_MILLISECONDS = 50;
/** So many collectors connect at once at the start, as hosts of a fleet do not all begin in one moment. */
const START_AT_ONCE = 50;
const SHOWN_REASONS = 5;

let collectors: LoadCollector[] = [];
let perSecond = 0;
let due = 0;
let turn = 0;

async function open(settings: LoadSettings): Promise<void> {
  const journal = new JournalWriter(settings.journal);
  const opened: LoadCollector[] = [];
  for (const [place, host] of settings.hosts.entries()) {
    opened.push(await LoadCollector.open({ place, host, settings, journal }));
  }
  collectors = opened;
  setInterval(report, STATUS_MILLISECONDS);
  setInterval(tick, TICK_MILLISECONDS);
  for (const [place, collector] of opened.entries()) {
    setTimeout(() => collector.start(), Math.floor(place / START_AT_ONCE) * TICK_MILLISECONDS);
  }
}

/** Round robin over all collectors. */
function tick(): void {
  due += (perSecond * TICK_MILLISECONDS) / 1_000;
  for (; due >= 1; due -= 1) {
    collectors[turn % collectors.length]?.produce();
    turn += 1;
  }
}

const sum = (value: (one: LoadCollector) => number): number => collectors.reduce((all, one) => all + value(one), 0);
const most = (value: (one: LoadCollector) => number): number =>
  collectors.reduce((highest, one) => Math.max(highest, value(one)), 0);

function report(): void {
  const status: LoadStatus = {
    type: 'status',
    produced: sum((one) => one.produced),
    sent: sum((one) => one.sent),
    settled: sum((one) => one.settled),
    repeats: sum((one) => one.repeats),
    streaming: collectors.filter((one) => one.streaming).length,
    mostInFlight: most((one) => one.inFlight),
    mostQueued: most((one) => one.waiting),
    outstanding: sum((one) => one.outstanding),
    spoolBytes: most((one) => one.spoolBytes),
    slowestMilliseconds: Math.round(most((one) => one.slowestMilliseconds)),
    disconnects: sum((one) => one.disconnects),
    stopped: collectors.flatMap((one) => one.stoppedFor ?? []).slice(0, SHOWN_REASONS),
  };
  process.send?.(status);
}

function burst({ perHost, spacingMilliseconds, agoMilliseconds }: Extract<LoadCommand, { type: 'burst' }>): void {
  for (let left = perHost - 1; left >= 0; left -= 1) {
    for (const collector of collectors) collector.produce(agoMilliseconds + left * spacingMilliseconds);
  }
}

async function obey(command: LoadCommand): Promise<void> {
  if (command.type === 'settings') await open(command);
  else if (command.type === 'produce') {
    perSecond = command.perSecond;
    due = 0;
    for (const one of collectors) one.slowestMilliseconds = 0;
  } else if (command.type === 'burst') burst(command);
  else if (command.type === 'survey') await Promise.all(collectors.map((one) => one.survey(command)));
  else if (command.type === 'oversize') collectors[0]?.oversize();
  else {
    await Promise.all(collectors.map((one) => one.stop()));
    process.exit(0);
  }
}

process.on('message', (command: LoadCommand) => {
  obey(command).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
// Nobody is left to tell it what to do.
process.on('disconnect', () => process.exit(1));
