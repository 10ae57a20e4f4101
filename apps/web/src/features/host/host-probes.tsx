'use client';
import { PROBE_NAMES, type ProbeReport } from '@silt/domain';
import { useFormatter, useTranslations } from 'use-intl';
import { StateGlyph } from '../../shared/ui/state-mark.tsx';

const RANK = { failed: 0, unavailable: 1, ok: 2 } as const;

const inFull = ({ status, reason }: ProbeReport): boolean => status === 'ok' && reason === null;

/** What the collector could read, and why not the rest: those with something to say first. */
export function HostProbes({ probes }: { probes: readonly ProbeReport[] }) {
  const t = useTranslations('host');
  const sorted = [...probes].sort((a, b) => RANK[a.status] - RANK[b.status] || Number(inFull(a)) - Number(inFull(b)));
  return (
    <section className="card">
      <header className="card-head">
        <h2 className="font-semibold">{t('coverage')}</h2>
        {probes.length > 0 && (
          <span className="text-fg-3">
            {t('coverageCount', { read: probes.filter(inFull).length, total: probes.length })}
          </span>
        )}
      </header>
      {probes.length === 0 && <p className="card-body text-fg-2">{t('noProbes')}</p>}
      <ul>
        {sorted.map((report) => (
          <ProbeItem key={report.probe} report={report} />
        ))}
      </ul>
    </section>
  );
}

function ProbeItem({ report }: { report: ProbeReport }) {
  const t = useTranslations('host');
  const format = useFormatter();
  const { probe, status, reason, durationMilliseconds } = report;
  const known = PROBE_NAMES.find((name) => name === probe);
  const word = status === 'ok' && reason !== null ? 'partly' : status;
  return (
    <li className="border-b border-line px-4 py-1.5 last:border-b-0 max-md:px-3">
      <div className="flex items-center gap-2">
        {status === 'ok' ? <ReadMark /> : <StateGlyph state={status === 'failed' ? 'critical' : 'unknown'} />}
        <span>{known ? t(`probeName.${known}`) : t('probeName.other', { name: probe })}</span>
        <span className={`ml-auto text-xs ${word === 'ok' ? 'text-fg-3' : 'font-semibold'}`}>{t(`probe.${word}`)}</span>
        <span className="min-w-14 text-right text-xs text-fg-3">
          {t('milliseconds', {
            count: format.number(durationMilliseconds, { maximumSignificantDigits: 3 }),
          })}
        </span>
      </div>
      {reason !== null && <p className="pl-[22px] text-xs break-words text-fg-2">{reason}</p>}
    </li>
  );
}

const ReadMark = () => (
  <svg className="size-3.5 flex-none text-fg-3" viewBox="0 0 14 14" aria-hidden="true">
    <path d="M2.5 7.5l3 3 6-7" fill="none" stroke="currentColor" strokeWidth="1.6" />
  </svg>
);
