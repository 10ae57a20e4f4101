'use client';
import type { MadeToken } from '@silt/domain';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { EnrolmentForm } from './enrolment-form.tsx';
import { EnrolmentLine } from './enrolment-line.tsx';

/** From a choice to one line to copy, and on to the host that it brings. */
export function AddCollectorCard() {
  const t = useTranslations('collectors');
  const [made, setMade] = useState<MadeToken | null>(null);
  return (
    <section className="card">
      <header className="card-head">
        <h2 className="font-semibold">{t('add')}</h2>
        {made && (
          <button type="button" className="btn btn-small ml-auto" onClick={() => setMade(null)}>
            {t('addAnother')}
          </button>
        )}
      </header>
      <div className="card-body">
        {made ? <EnrolmentLine made={made} /> : <EnrolmentForm host={null} onMade={setMade} />}
      </div>
    </section>
  );
}
