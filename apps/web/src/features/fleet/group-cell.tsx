'use client';
import { STATES, type TagCount } from '@silt/domain';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'use-intl';
import { daysRangeText, daysText } from '../../shared/format/days-text.ts';
import { StateGlyph } from '../../shared/ui/state-mark.tsx';
import { tagPath } from './fleet-query.ts';

interface GroupCellProps {
  group: TagCount;
  open: boolean;
  width: number;
  turn(): void;
}

/** A tag with its hosts by state, the worst state first. */
export function GroupCell({ group: { tag, hosts, counts, soonest }, open, width, turn }: GroupCellProps) {
  const t = useTranslations();
  const words = useTranslations('forecast');
  const format = useFormatter();
  const present = STATES.filter((state) => counts[state] > 0);
  return (
    <td
      colSpan={width}
      className="h-9 border-b border-line bg-raised px-4 max-md:block max-md:h-auto max-md:px-3 max-md:py-1.5"
    >
      <span className="flex items-center gap-x-3 max-md:flex-wrap">
        <button
          type="button"
          tabIndex={-1}
          aria-expanded={open}
          onClick={turn}
          className="flex min-h-6 items-center gap-2 font-medium max-md:min-h-9"
        >
          <Chevron open={open} />
          {tag ?? <span className="text-fg-2">{t('fleet.group.noTag')}</span>}
        </button>
        <span className="text-xs text-fg-2">{t('fleet.group.hosts', { count: hosts })}</span>
        <span className="flex items-center gap-3 text-xs text-fg-2">
          {present.map((state) => (
            <span key={state} className="inline-flex items-center gap-1">
              <StateGlyph state={state} />
              {t(`state.${state}`)} {format.number(counts[state])}
            </span>
          ))}
        </span>
        {soonest && (
          <span className="text-xs text-fg-2">
            {t('fleet.group.soonest', { left: daysText(soonest.p50, words), range: daysRangeText(soonest, words) })}
          </span>
        )}
        {tag !== null && (
          <Link href={tagPath(tag)} prefetch={false} tabIndex={-1} className="btn btn-small ml-auto font-normal">
            {t('fleet.group.only')}
          </Link>
        )}
      </span>
    </td>
  );
}

function Chevron({ open }: { open: boolean }) {
  return (
    <svg className={`size-3.5 flex-none text-fg-3 ${open ? 'rotate-90' : ''}`} viewBox="0 0 14 14" aria-hidden="true">
      <path d="M5 3l4 4-4 4" fill="none" stroke="currentColor" strokeWidth="1.5" />
    </svg>
  );
}
