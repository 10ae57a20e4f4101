import Link from 'next/link';
import { SessionCard } from '../../features/session/session-card.tsx';
import { WelcomeForm } from '../../features/session/welcome-form.tsx';
import { webServices } from '../../server/services.ts';
import { serverTranslator } from '../../server/translator.ts';

const TEXTS = {
  used: ['usedTitle', 'usedText'],
  expired: ['expiredTitle', 'expiredText'],
  unknown: ['unknownTitle', 'unknownText'],
} as const;

export async function generateMetadata() {
  const t = await serverTranslator();
  return { title: t('session.welcomeTitle') };
}

export default async function Page({ searchParams }: PageProps<'/welcome'>) {
  const [{ token: asked }, t] = await Promise.all([searchParams, serverTranslator()]);
  const token = typeof asked === 'string' ? asked : '';
  const state = token === '' ? 'unknown' : await webServices().setupTokenState(token);
  if (state === 'valid') {
    return (
      <SessionCard title={t('session.welcomeTitle')} text={t('session.welcomeText')}>
        <WelcomeForm token={token} />
      </SessionCard>
    );
  }
  const [title, text] = TEXTS[state];
  return (
    <SessionCard title={t(`session.${title}`)} text={t(`session.${text}`)}>
      {state !== 'expired' && (
        <Link className="btn justify-self-start" href="/sign-in">
          {t('session.toSignIn')}
        </Link>
      )}
    </SessionCard>
  );
}
