import { redirect } from 'next/navigation';
import { safeTarget } from '../../features/session/safe-target.ts';
import { SessionCard } from '../../features/session/session-card.tsx';
import { SignInForm } from '../../features/session/sign-in-form.tsx';
import { webServices } from '../../server/services.ts';
import { currentSession } from '../../server/session.ts';
import { serverTranslator } from '../../server/translator.ts';

export async function generateMetadata() {
  const t = await serverTranslator();
  return { title: t('session.signInTitle') };
}

export default async function Page({ searchParams }: PageProps<'/sign-in'>) {
  const [{ to }, t, session] = await Promise.all([searchParams, serverTranslator(), currentSession()]);
  const target = safeTarget(typeof to === 'string' ? to : null);
  if (session) redirect(target);
  if (!(await webServices().hasOwner()))
    return <SessionCard title={t('session.noOwnerTitle')} text={t('session.noOwnerText')} />;
  return (
    <SessionCard title={t('session.signInTitle')}>
      <SignInForm target={target} />
    </SessionCard>
  );
}
