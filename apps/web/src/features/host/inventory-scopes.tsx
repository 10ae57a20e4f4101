'use client';
import { PROBE_NAMES, type ScopeView } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { safeText } from '../../shared/format/safe-text.ts';
import { LocalTime } from '../../shared/intl/moment.tsx';
import { StateGlyph } from '../../shared/ui/state-mark.tsx';

const MAX_REASON_CHARACTERS = 400;
const MAX_SUBJECT_CHARACTERS = 120;
/** Told at once; the others on demand. */
const FIRST_SCOPES = 3;

/** Parts of the inventory that were not read in full, with the reason, and how old what is listed of them is. */
export function InventoryScopes({ scopes }: { scopes: readonly ScopeView[] }) {
  const t = useTranslations('inventory');
  const open = scopes.filter(({ status }) => status !== 'complete');
  if (open.length === 0) return null;
  const [first, rest] = [open.slice(0, FIRST_SCOPES), open.slice(FIRST_SCOPES)];
  return (
    <div className="border-b border-line px-4 py-2 text-xs max-md:px-3">
      <p className="flex items-center gap-2 text-fg-2">
        <StateGlyph state="unknown" />
        <b className="font-medium text-fg">{t('scopesTitle', { count: open.length })}</b>
        <span>{t('scopesKept')}</span>
      </p>
      <ScopeList scopes={first} />
      {rest.length > 0 && (
        <details>
          <summary className="inline-block min-h-6 pl-[22px] text-fg-2 underline decoration-line-2 underline-offset-[3px]">
            {t('moreScopes', { count: rest.length })}
          </summary>
          <ScopeList scopes={rest} />
        </details>
      )}
    </div>
  );
}

function ScopeList({ scopes }: { scopes: readonly ScopeView[] }) {
  return (
    <ul className="pl-[22px] text-fg-2">
      {scopes.map((scope) => (
        <ScopeLine key={scope.name} scope={scope} />
      ))}
    </ul>
  );
}

function ScopeLine({ scope: { name, status, reason, readAt } }: { scope: ScopeView }) {
  const t = useTranslations();
  const [probe = '', ...subject] = name.split(' ');
  const known = PROBE_NAMES.find((one) => one === probe);
  return (
    <li className="py-0.5 break-words">
      {known ? t(`host.probeName.${known}`) : safeText(probe, MAX_SUBJECT_CHARACTERS)}{' '}
      {subject.length > 0 && <code>{safeText(subject.join(' '), MAX_SUBJECT_CHARACTERS)}</code>}{' '}
      <b className="font-medium text-fg">
        {t(status === 'partial' ? 'inventory.scopePartial' : 'inventory.scopeNotRead')}
      </b>
      {', '}
      {readAt === null
        ? t('inventory.scopeNever')
        : t.rich('inventory.scopeLast', { time: () => <LocalTime at={readAt} /> })}
      {reason !== null && <span className="text-fg-3"> · {safeText(reason, MAX_REASON_CHARACTERS)}</span>}
    </li>
  );
}
