'use client';
import { useTranslations } from 'use-intl';
import { FormProblem } from './form-problem.tsx';
import { TextField } from './text-field.tsx';
import { type PostProblem, useFormPost } from './use-form-post.ts';

function problemOf(status: number): PostProblem {
  if (status === 429) return 'tooMany';
  if (status === 403) return 'wrongOrigin';
  if (status >= 500) return 'unavailable';
  return 'wrongCredentials';
}

export function SignInForm({ target }: { target: string }) {
  const t = useTranslations('session');
  const { submit, problem, busy } = useFormPost({
    url: '/api/auth/sign-in/email',
    problemOf,
    onDone: () => window.location.replace(target),
  });
  return (
    <form className="grid gap-4" onSubmit={submit}>
      <TextField name="email" label={t('email')} type="email" autoComplete="username" autoFocus />
      <TextField name="password" label={t('password')} type="password" autoComplete="current-password" />
      <FormProblem problem={problem} />
      <button type="submit" className="btn btn-primary h-9 justify-center" disabled={busy}>
        {busy ? t('signingIn') : t('signIn')}
      </button>
    </form>
  );
}
