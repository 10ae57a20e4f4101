'use client';
import type { ApiOutputs } from '@silt/api';
import { useEffect, useId, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';

/** A disclosure with the account's facts and the way out; Escape and a click elsewhere close it. */
export function AccountMenu({ session }: { session: NonNullable<ApiOutputs['session']['current']> }) {
  const t = useTranslations('topBar');
  const id = useId();
  const [open, setOpen] = useState(false);
  const [failed, setFailed] = useState(false);
  const holder = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return;
    const close = (event: Event): void => {
      if (event.target instanceof Node && !holder.current?.contains(event.target)) setOpen(false);
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      setOpen(false);
      button.current?.focus();
    };
    document.addEventListener('pointerdown', close);
    document.addEventListener('focusin', close);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('pointerdown', close);
      document.removeEventListener('focusin', close);
      document.removeEventListener('keydown', onKey);
    };
  }, [open]);
  const signOut = async (): Promise<void> => {
    setFailed(false);
    const response = await fetch('/api/auth/sign-out', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    }).catch(() => null);
    if (response?.ok) window.location.assign('/sign-in');
    else setFailed(true);
  };
  const initial = (session.user.name || session.user.email).trim().charAt(0).toUpperCase();
  return (
    <div ref={holder} className="relative">
      <button
        ref={button}
        type="button"
        className="btn w-[30px] justify-center px-0 max-md:w-9"
        aria-label={t('account')}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {initial}
      </button>
      <div
        id={id}
        hidden={!open}
        className="absolute top-full right-0 mt-1 grid min-w-56 gap-3 rounded-lg border border-line-2 bg-raised p-3 shadow-pop"
      >
        <div className="max-w-72 break-words">
          <p className="font-semibold">{session.user.name}</p>
          <p className="text-fg-2">{session.user.email}</p>
          <p className="text-xs text-fg-3">{t('organisation', { name: session.organisation.name })}</p>
        </div>
        {failed && <p role="alert">{t('signOutFailed')}</p>}
        <button type="button" className="btn justify-center" onClick={signOut}>
          {t('signOut')}
        </button>
      </div>
    </div>
  );
}
