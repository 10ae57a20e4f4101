'use client';
import type { MadeApiKey } from '@silt/domain';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { ApiKeyForm } from './api-key-form.tsx';
import { ApiKeyListCard } from './api-key-list-card.tsx';
import { MadeApiKeyLine } from './made-api-key-line.tsx';
import { SettingsNav } from './settings-nav.tsx';

/** Keys by which scripts read: made here, shown once, revoked here. */
export function ApiKeysPage() {
  const t = useTranslations();
  return (
    <>
      <SettingsNav current="apiKeys" />
      <div className="mb-4">
        <p className="mb-1 text-xs text-fg-3">{t('common.settings')}</p>
        <h1 className="text-xl font-semibold tracking-tight">{t('apiKeys.title')}</h1>
        <p className="mt-0.5 max-w-[80ch] text-fg-2">
          {t.rich('apiKeys.about', { code: (words) => <code>{words}</code> })}
        </p>
      </div>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <MakeCard />
        <ApiKeyListCard />
      </div>
    </>
  );
}

function MakeCard() {
  const t = useTranslations('apiKeys');
  const [made, setMade] = useState<MadeApiKey | null>(null);
  return (
    <section className="card">
      <header className="card-head">
        <h2 className="font-semibold">{t('make')}</h2>
        {made && (
          <button type="button" className="btn btn-small ml-auto" onClick={() => setMade(null)}>
            {t('makeAnother')}
          </button>
        )}
      </header>
      <div className="card-body">{made ? <MadeApiKeyLine made={made} /> : <ApiKeyForm onMade={setMade} />}</div>
    </section>
  );
}
