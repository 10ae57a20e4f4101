'use client';
import type { Store } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { Fact, FactList } from '../../shared/ui/fact-list.tsx';

export function StoreAboutCard({ store }: { store: Store }) {
  const t = useTranslations();
  const profiles = store.btrfs?.profiles;
  const joined = (names: readonly string[]): string => names.join(' + ') || t('common.notRead');
  return (
    <section className="card">
      <header className="card-head">
        <h2 className="font-semibold">{t('store.aboutStore')}</h2>
      </header>
      <FactList>
        <Fact name={t('store.kind')}>{store.fileSystemType ?? store.kind}</Fact>
        {store.thinPool && (
          <Fact name={t('store.poolState')}>
            {store.thinPool.state === null ? null : t(`store.poolStates.${store.thinPool.state}`)}
          </Fact>
        )}
        <Fact name={t('store.device')}>
          {store.device === null ? null : <code className="break-all">{store.device}</code>}
        </Fact>
        <Fact name={t('store.uuid')}>
          {store.uuid === null ? null : <code className="break-all">{store.uuid}</code>}
        </Fact>
        {profiles && (
          <Fact name={t('store.profiles')}>
            {t('store.profileText', {
              data: joined(profiles.data),
              metadata: joined(profiles.metadata),
              system: joined(profiles.system),
            })}
          </Fact>
        )}
        {store.loop && (
          <Fact name={t('store.backing')}>
            <code className="break-all">{store.loop.backingFile}</code>
          </Fact>
        )}
        {store.mountPoints.length > 0 && (
          <Fact name={t('store.mountPoints')}>
            <ul className="max-h-40 overflow-y-auto">
              {store.mountPoints.map((path) => (
                <li key={path}>
                  <code className="break-all">{path}</code>
                </li>
              ))}
            </ul>
          </Fact>
        )}
        <Fact name={t('store.options')}>
          {store.options.length === 0 ? (
            t('common.none')
          ) : (
            <code className="break-words">{store.options.join(', ')}</code>
          )}
        </Fact>
      </FactList>
    </section>
  );
}
