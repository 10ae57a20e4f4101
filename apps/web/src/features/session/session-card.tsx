import type { ReactNode } from 'react';
import { Logo } from '../../shared/ui/logo.tsx';

interface SessionCardProps {
  title: string;
  text?: string;
  children?: ReactNode;
}

/** The frame of the pages before a session. */
export function SessionCard({ title, text, children }: SessionCardProps) {
  return (
    <main className="mx-auto grid w-full max-w-[420px] gap-6 px-6 pt-[12vh] pb-12">
      <Logo />
      <div className="grid gap-1">
        <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
        {text && <p className="text-fg-2">{text}</p>}
      </div>
      {children}
    </main>
  );
}
