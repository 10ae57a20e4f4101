import type { FindingList, FindingListName, FindingRow } from '@silt/domain';
import type { Language, Severity } from '@silt/domain/findings';
import { answer, type CommandContext, paragraphs } from '../command-context.ts';
import { type CsvColumn, formatCsv } from '../csv.ts';
import { findHost } from '../find-host.ts';
import { type Column, formatTable } from '../table.ts';
import { age, moment, NONE, quantity, severityCell } from '../words.ts';

export interface FindingsFlags {
  list: FindingListName;
  /** Of one of these; none = of any. */
  severity?: Severity[];
  rule?: string;
  text?: string;
  lang: Language;
  limit: number;
  offset: number;
  csv: boolean;
}

/** `silt findings`: what rules found, of the fleet or of a host. */
export async function findings(context: CommandContext, host: string | undefined, flags: FindingsFlags): Promise<void> {
  const { list, severity, rule, text, lang, limit, offset, csv } = flags;
  const { api, terminal } = context;
  const found = await api.findings.list.query({
    ...{ list, language: lang, offset, limit },
    ...(host === undefined ? {} : { hostId: await findHost(api, host) }),
    ...(severity === undefined ? {} : { severities: severity }),
    ...(rule === undefined ? {} : { rule }),
    ...(text === undefined ? {} : { text }),
  });
  const { colours } = terminal;
  answer(context, found, (view) =>
    csv ? formatCsv(CSV, view.findings) : formatFindings(view, { list, now: terminal.now(), colours, offset }),
  );
}

const bytes = (value: number | null): string => (value === null ? NONE : quantity(value, 'bytes'));

/** With what makes it less certain: `open, not seen for 3 min`. */
export function stateWords({ state, missedSince, blind, connection }: FindingRow, now: Date): string {
  return [
    state,
    ...(missedSince === null ? [] : [`not seen for ${age(missedSince, now)}`]),
    ...(blind === null ? [] : [`cannot tell for ${age(blind.since, now)}`]),
    ...(connection === 'silent' ? ['host silent'] : []),
  ].join(', ');
}

function columns(list: FindingListName, now: Date): Column<FindingRow>[] {
  return [
    { title: 'SEVERITY', cell: ({ severity }) => severityCell(severity) },
    { title: 'HOST', cell: ({ hostName }) => hostName },
    { title: 'NO', right: true, cell: ({ findingNo }) => String(findingNo) },
    { title: 'RULE', cell: ({ rule }) => rule },
    ...columnsOf(list, now),
    { title: 'FINDING', cell: ({ title }) => title },
  ];
}

function columnsOf(list: FindingListName, now: Date): Column<FindingRow>[] {
  const promised: Column<FindingRow> = {
    ...{ title: list === 'resolved' ? 'PROMISED' : 'GIVES BACK', right: true },
    cell: ({ promisedBytes }) => bytes(promisedBytes),
  };
  if (list === 'resolved')
    return [
      { title: 'RESOLVED', right: true, cell: ({ resolvedAt }) => age(resolvedAt, now) },
      promised,
      { title: 'CAME BACK', right: true, cell: ({ freedBytes }) => bytes(freedBytes) },
    ];
  const since: Column<FindingRow> = { title: 'SINCE', right: true, cell: ({ standsSince }) => age(standsSince, now) };
  if (list === 'standing') return [{ title: 'STATE', cell: (row) => stateWords(row, now) }, since, promised];
  return [
    since,
    { title: 'MUTED UNTIL', cell: ({ mute }) => (mute === null || mute.until === null ? NONE : moment(mute.until)) },
    { title: 'WHY', cell: ({ mute }) => mute?.reason ?? NONE },
    promised,
  ];
}

const CSV: CsvColumn<FindingRow>[] = [
  { name: 'host_id', value: ({ hostId }) => hostId },
  { name: 'host', value: ({ hostName }) => hostName },
  { name: 'connection', value: ({ connection }) => connection },
  { name: 'finding_no', value: ({ findingNo }) => findingNo },
  { name: 'rule', value: ({ rule }) => rule },
  { name: 'subject', value: ({ subject }) => subject },
  { name: 'store_key', value: ({ storeKey }) => storeKey },
  { name: 'severity', value: ({ severity }) => severity },
  { name: 'state', value: ({ state }) => state },
  { name: 'title', value: ({ title }) => title },
  { name: 'seen', value: ({ seen }) => seen },
  { name: 'first_seen_at', value: ({ firstSeenAt }) => firstSeenAt },
  { name: 'last_seen_at', value: ({ lastSeenAt }) => lastSeenAt },
  { name: 'stands_since', value: ({ standsSince }) => standsSince },
  { name: 'missed_since', value: ({ missedSince }) => missedSince },
  { name: 'cannot_tell_since', value: ({ blind }) => blind?.since ?? null },
  { name: 'times_reopened', value: ({ timesReopened }) => timesReopened },
  { name: 'resolved_at', value: ({ resolvedAt }) => resolvedAt },
  { name: 'mute_reason', value: ({ mute }) => mute?.reason ?? null },
  { name: 'mute_until', value: ({ mute }) => mute?.until ?? null },
  { name: 'promised_bytes', value: ({ promisedBytes }) => promisedBytes },
  { name: 'freed_bytes', value: ({ freedBytes }) => freedBytes },
];

const NOTHING: Record<FindingListName, string> = {
  standing: 'No finding stands.',
  muted: 'No finding is muted.',
  resolved: 'No finding was resolved.',
};

function formatFindings(
  { findings, total }: FindingList,
  { list, now, colours, offset }: { list: FindingListName; now: Date; colours: boolean; offset: number },
): string {
  if (findings.length === 0)
    return total === 0 ? NOTHING[list] : `There are ${total} findings, none from ${offset + 1} on.`;
  const shown = findings.length === total ? `${total}` : `${offset + 1} to ${offset + findings.length} of ${total}`;
  return paragraphs(
    formatTable(columns(list, now), findings, colours),
    `Findings: ${shown}. What to do: silt findings show HOST NO.`,
  );
}
