'use client';
import { type RefObject, useRef, useState } from 'react';

export type Copied = 'no' | 'yes' | 'byHand';

export interface Copy<Shown extends HTMLElement> {
  /** The element that shows the text. */
  shown: RefObject<Shown | null>;
  copied: Copied;
  copy(): Promise<void>;
}

/** Copies a text; where a page has no clipboard, as without TLS, selects it for the person to copy. */
export function useCopy<Shown extends HTMLElement>(text: string): Copy<Shown> {
  const shown = useRef<Shown>(null);
  const [copied, setCopied] = useState<Copied>('no');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied('yes');
    } catch {
      if (shown.current instanceof HTMLInputElement) shown.current.select();
      else if (shown.current !== null) window.getSelection()?.selectAllChildren(shown.current);
      setCopied('byHand');
    }
  };
  return { shown, copied, copy };
}
