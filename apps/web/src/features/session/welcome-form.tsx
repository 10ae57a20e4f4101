'use client';
import { useTranslations } from 'use-intl';
import { FormProblem } from './form-problem.tsx';
import { MIN_PASSWORD_LENGTH } from './limits.ts';
import { TextField } from './text-field.tsx';
import { type PostProblem, useFormPost } from './use-form-post.ts';

function problemOf(status: number, code: string | null): PostProblem {
  if (code === 'setup-token-invalid') return 'linkInvalid';
  if (code === 'wrong-origin') return 'wrongOrigin';
  return status < 500 ? 'notAccepted' : 'unavailable';
}

/** The one form between the printed address and the fleet page. */
export function WelcomeForm({ token }: { token: string }) {
  const t = useTranslations('session');
  const { submit, problem, busy } = useFormPost({
    url: '/api/setup',
    extra: { token },
    problemOf,
    onDone: () => window.location.replace('/'),
  });
  return (
    <form className="grid gap-4" onSubmit={submit}>
      <TextField name="name" label={t('name')} type="text" autoComplete="name" autoFocus />
      <TextField name="email" label={t('email')} type="email" autoComplete="username" />
      <TextField
        name="password"
        label={t('password')}
        type="password"
        autoComplete="new-password"
        minLength={MIN_PASSWORD_LENGTH}
        hint={t('passwordHint')}
      />
      <FormProblem problem={problem} />
      <button type="submit" className="btn btn-primary h-9 justify-center" disabled={busy}>
        {busy ? t('creating') : t('create')}
      </button>
    </form>
  );
}
