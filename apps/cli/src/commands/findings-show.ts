import { styleText } from 'node:util';
import { type FindingView, printable, type TellStep } from '@silt/domain';
import type { Language } from '@silt/domain/findings';
import { answer, type CommandContext, paragraphs } from '../command-context.ts';
import { findHost } from '../find-host.ts';
import { age, moment, quantity } from '../words.ts';
import { stateWords } from './findings.ts';

const STEPS: Record<TellStep['kind'], string> = {
  precondition: 'First check',
  look: 'Look',
  'dry-run': 'Dry run',
  run: 'Run',
  edit: 'Edit',
  expect: 'Then see',
};
const DESTROYS = ' (something is gone for good after it)';
const COMMAND_INDENT = ' '.repeat(6);
const NOT_FOR_COPYING = 'A name in it cannot be shown as it is: take the command from --json.';

/** `silt findings show`: what was seen, why it matters and what to do. */
export async function showFinding(
  context: CommandContext,
  { host, findingNo, lang }: { host: string; findingNo: number; lang: Language },
): Promise<void> {
  const { api, terminal } = context;
  const view = await api.findings.get.query({ hostId: await findHost(api, host), findingNo, language: lang });
  // The lines of a command stay lines: they are made printable one by one.
  const steps = view.remedy.map((step, place) => stepLines(step, place + 1, terminal.colours)).join('\n');
  answer(context, view, (shown) => formatFinding(shown, { now: terminal.now(), steps }));
}

function formatFinding(view: FindingView, { now, steps }: { now: Date; steps: string }): string {
  const { severity, title, hostName, hostId, findingNo, rule, ruleName, seen, why, basis } = view;
  return paragraphs(
    `${severity}: ${title}\n${hostName} (${hostId}), finding ${findingNo}\n${ruleName} (${rule})`,
    stateLines(view, now),
    seen,
    why,
    steps === '' ? null : `What to do:\n${steps}`,
    bytesLine(view),
    basis.length === 0 ? null : `From: ${basis.join(', ')}`,
  );
}

function stateLines(view: FindingView, now: Date): string {
  const { standsSince, lastSeenAt, timesReopened, resolvedAt, mute } = view;
  const again = timesReopened === 0 ? '' : ` It came back ${timesReopened === 1 ? 'once' : `${timesReopened} times`}.`;
  const until = mute?.until ? `until ${moment(mute.until)}` : 'until somebody ends it';
  return [
    `State: ${stateWords(view, now)}, since ${moment(standsSince)}, last seen ${age(lastSeenAt, now)} ago.${again}`,
    ...(resolvedAt === null ? [] : [`Resolved ${moment(resolvedAt)}, ${age(resolvedAt, now)} ago.`]),
    ...(mute === null ? [] : [`Muted ${until} by ${mute.by ?? 'a former member'}: ${mute.reason}`]),
  ].join('\n');
}

function bytesLine({ promisedBytes, freedBytes }: FindingView): string | null {
  if (promisedBytes === null) return null;
  const freed = freedBytes === null ? '' : ` ${quantity(freedBytes, 'bytes')} came back.`;
  return `It gives back up to ${quantity(promisedBytes, 'bytes')}.${freed}`;
}

function stepLines({ kind, command, isDestructive, note }: TellStep, number: number, colours: boolean): string {
  const lines = command?.split('\n') ?? [];
  const shown = lines.map((line) => printable(line));
  const isAltered = shown.some((line, place) => line !== lines[place]);
  const mark = isDestructive && colours ? styleText('red', DESTROYS, { validateStream: false }) : DESTROYS;
  return [
    `${String(number).padStart(3)}. ${STEPS[kind]}${isDestructive ? mark : ''}: ${printable(note)}`,
    ...shown.map((line) => COMMAND_INDENT + line),
    ...(isAltered ? [COMMAND_INDENT + NOT_FOR_COPYING] : []),
  ].join('\n');
}
