'use client';
import type { ComparedMoment, Comparison } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { ZonedMoment } from '../../shared/as-of/zoned-moment.tsx';
import { useDuration } from '../../shared/intl/use-duration.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { StateGlyph } from '../../shared/ui/state-mark.tsx';
import type { Moments } from './moments.ts';

/** Older than this before the moment asked for is told. Three slow beats of the inventory, one beat and a bit of readings. */
const OLD_READING_MILLISECONDS = 300_000;
const OLD_INVENTORY_MILLISECONDS = 900_000;

export const hasInventories = ({ a, b }: Comparison): boolean =>
  a.inventoryReadAt !== null && b.inventoryReadAt !== null;

export const hasReadings = ({ a, b }: Comparison): boolean => a.observedAt !== null && b.observedAt !== null;

interface CompareNoticesProps {
  comparison: Comparison;
  moments: Moments;
  /** null = not known here. */
  firstSeenAt: string | null;
  change(next: Moments): void;
}

/** In what way the two sides are not what was asked for. */
export function CompareNotices({ comparison, moments, firstSeenAt, change }: CompareNoticesProps) {
  const t = useTranslations('compare');
  const sides = [
    { side: 'A', moment: comparison.a },
    { side: 'B', moment: comparison.b },
  ];
  const isBeforeAll = !hasReadings(comparison);
  return (
    <div className="grid [&>*]:mb-0 [&>*]:rounded-none [&>*]:border-b-0 [&>*:first-child]:rounded-t-lg [&>*:last-child]:rounded-b-lg [&>*:last-child]:border-b empty:hidden">
      {sides.map(({ side, moment }) => (
        <SideNotices key={side} side={side} moment={moment} />
      ))}
      {isBeforeAll && firstSeenAt !== null && (
        <Notice
          action={
            firstSeenAt < moments.b && (
              <button
                type="button"
                className="btn btn-small"
                onClick={() => change({ a: soonAfter(firstSeenAt, moments.b), b: moments.b })}
              >
                {t('fromStart')}
              </button>
            )
          }
        >
          <span>{t.rich('firstSeen', { time: () => <ZonedMoment at={firstSeenAt} /> })}</span>
        </Notice>
      )}
    </div>
  );
}

const DAY_MILLISECONDS = 86_400_000;

/** A day after a host was first seen, when its first inventory is there too; of a younger one half of its time until b. */
const soonAfter = (firstSeenAt: string, b: string): string => {
  const first = Date.parse(firstSeenAt);
  return new Date(first + Math.min(DAY_MILLISECONDS, Math.floor((Date.parse(b) - first) / 2))).toISOString();
};

function SideNotices({ side, moment }: { side: string; moment: ComparedMoment }) {
  const t = useTranslations('compare');
  const duration = useDuration();
  const ageOf = (at: string): number => Date.parse(moment.asked) - Date.parse(at);
  const { observedAt, inventoryReadAt } = moment;
  if (observedAt === null) {
    return (
      <Notice>
        <StateGlyph state="unknown" />
        <span>{t('noReadings', { side })}</span>
      </Notice>
    );
  }
  return (
    <>
      {ageOf(observedAt) >= OLD_READING_MILLISECONDS && (
        <Notice>
          <span>
            {t.rich('readingOther', {
              side,
              age: duration(ageOf(observedAt)),
              time: () => <ZonedMoment at={observedAt} />,
            })}
          </span>
        </Notice>
      )}
      {inventoryReadAt === null && (
        <Notice>
          <StateGlyph state="unknown" />
          <span>{t('noInventory', { side })}</span>
        </Notice>
      )}
      {inventoryReadAt !== null && ageOf(inventoryReadAt) >= OLD_INVENTORY_MILLISECONDS && (
        <Notice>
          <span>
            {t.rich('inventoryOther', {
              side,
              age: duration(ageOf(inventoryReadAt)),
              time: () => <ZonedMoment at={inventoryReadAt} />,
            })}
          </span>
        </Notice>
      )}
    </>
  );
}
