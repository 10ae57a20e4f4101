'use client';
import { type FormEvent, useState } from 'react';

export type PostProblem =
  | 'wrongCredentials'
  | 'tooMany'
  | 'notAccepted'
  | 'wrongOrigin'
  | 'linkInvalid'
  | 'unavailable'
  | 'unreachable';

interface FormPostOptions {
  url: string;
  /** Sent beside the form's own fields. */
  extra?: Record<string, string>;
  /** What an answer that is no success means. */
  problemOf(status: number, code: string | null): PostProblem;
  onDone(): void;
}

async function codeOf(response: Response): Promise<string | null> {
  const body: unknown = await response.json().catch(() => null);
  if (typeof body !== 'object' || body === null || !('code' in body)) return null;
  return typeof body.code === 'string' ? body.code : null;
}

/** Posts a form as JSON. It keeps what was typed when the answer is no. */
export function useFormPost({ url, extra, problemOf, onDone }: FormPostOptions) {
  const [problem, setProblem] = useState<PostProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.currentTarget));
    setBusy(true);
    setProblem(null);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...fields, ...extra }),
      });
      if (response.ok) return onDone();
      setProblem(problemOf(response.status, await codeOf(response)));
    } catch {
      setProblem('unreachable');
    }
    setBusy(false);
  };
  return { submit, problem, busy };
}
