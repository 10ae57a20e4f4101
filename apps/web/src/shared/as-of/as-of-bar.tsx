'use client';
import { useTranslations } from 'use-intl';
import { LocalTime } from '../intl/moment.tsx';
import { StateGlyph } from '../ui/state-mark.tsx';
import { AsOfInput } from './as-of-input.tsx';
import { AsOfSlider } from './as-of-slider.tsx';
import { type AsOf, useAsOf } from './use-as-of.ts';
import { ZonedMoment } from './zoned-moment.tsx';

const HOUR = 3_600_000;
const DAY = 86_400_000;
const STEPS = [
  { name: 'dayBack', milliseconds: -DAY },
  { name: 'hourBack', milliseconds: -HOUR },
  { name: 'hourOn', milliseconds: HOUR },
  { name: 'dayOn', milliseconds: DAY },
] as const;

export interface AsOfBarProps {
  hostId: string;
  /** Whose fill is drawn under the slider; null = no store's. */
  storeKey: string | null;
  /** Nothing is known of the host from before; null = not known here. */
  firstSeenAt: string | null;
  /** Of the readings that the page shows; null = there are none by then, undefined = still being read. */
  observedAt: string | null | undefined;
}

/** The moment that a page shows, and the ways to choose another one. */
export function AsOfBar({ hostId, storeKey, firstSeenAt, observedAt }: AsOfBarProps) {
  const t = useTranslations('asOf');
  const asOf = useAsOf();
  const { at, setAt } = asOf;
  return (
    <section className={`card mb-4 ${at === null ? '' : 'border-line-2 bg-raised'}`} aria-label={t('label')}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2 max-md:px-3">
        <p className="min-w-44 whitespace-nowrap">
          {at === null ? (
            <b className="font-semibold">{t('live')}</b>
          ) : (
            <>
              <span className="text-fg-3">{t('asOf')}</span>{' '}
              <b className="font-medium">
                <ZonedMoment at={at} />
              </b>
            </>
          )}
        </p>
        <AsOfSlider hostId={hostId} storeKey={storeKey} at={at} change={setAt} />
        <div className="flex flex-wrap items-center gap-2">
          <Steps at={at} setAt={setAt} />
          <AsOfInput at={at} change={setAt} />
          <button type="button" className="btn btn-small" disabled={at === null} onClick={() => setAt(null)}>
            {t('toLive')}
          </button>
        </div>
      </div>
      <PastBand asOf={asOf} firstSeenAt={firstSeenAt} observedAt={observedAt} />
    </section>
  );
}

function Steps({ at, setAt }: Pick<AsOf, 'at' | 'setAt'>) {
  const t = useTranslations('asOf');
  const step = (milliseconds: number): void => {
    const now = Date.now();
    const next = (at === null ? now : Date.parse(at)) + milliseconds;
    setAt(next >= now ? null : new Date(next).toISOString());
  };
  return (
    <fieldset className="flex">
      <legend className="sr-only">{t('steps')}</legend>
      {STEPS.map(({ name, milliseconds }) => (
        <button
          key={name}
          type="button"
          aria-label={`${t(name)}, ${t(`${name}Label`)}`}
          disabled={at === null && milliseconds > 0}
          onClick={() => step(milliseconds)}
          className="btn btn-small -ml-px rounded-none text-fg-2 first-of-type:rounded-l-md last-of-type:rounded-r-md disabled:text-fg-3"
        >
          {t(name)}
        </button>
      ))}
    </fieldset>
  );
}

interface PastBandProps extends Pick<AsOfBarProps, 'firstSeenAt' | 'observedAt'> {
  asOf: AsOf;
}

/** Says that what stands below is the past, or why there is none of that moment. */
function PastBand({ asOf: { at, problem }, firstSeenAt, observedAt }: PastBandProps) {
  const t = useTranslations('asOf');
  if (at === null && problem === null) return null;
  return (
    <p
      role="status"
      className="flex flex-wrap items-center gap-x-2 gap-y-1 border-t border-line-2 px-4 py-1.5 text-xs text-fg-2 max-md:px-3"
    >
      {problem !== null && <StateGlyph state="unknown" />}
      {problem !== null && t(problem)}
      {at !== null && observedAt === null && (
        <>
          <StateGlyph state="unknown" />
          <span>
            {t('nothingYet')}{' '}
            {firstSeenAt !== null && t.rich('firstSeen', { time: () => <LocalTime at={firstSeenAt} /> })}
          </span>
        </>
      )}
      {at !== null && observedAt !== null && t('past')}
      {at !== null && observedAt && <ReadingAge at={at} observedAt={observedAt} />}
    </p>
  );
}

/** Readings that are this much older than the moment are told with their age. */
const OLD_READING_MILLISECONDS = 300_000;

function ReadingAge({ at, observedAt }: { at: string; observedAt: string }) {
  const t = useTranslations('asOf');
  if (Date.parse(at) - Date.parse(observedAt) < OLD_READING_MILLISECONDS) return null;
  return <b className="font-medium text-fg">{t.rich('oldReading', { time: () => <LocalTime at={observedAt} /> })}</b>;
}
