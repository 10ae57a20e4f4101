'use client';
import { useEffect, useRef, useState } from 'react';

/** The address follows the typing after this; browsers refuse to be changed at every key. */
const ADDRESS_DELAY_MILLISECONDS = 250;

interface FilterInputProps {
  text: string;
  label: string;
  hint: string;
  change(text: string): void;
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** A text filter that `/` leads to. */
export function FilterInput({ text, label, hint, change }: FilterInputProps) {
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(text);
  const sent = useRef(text);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  useEffect(() => {
    if (text === sent.current) return;
    sent.current = text;
    setTyped(text);
  }, [text]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (value: string): void => {
    setTyped(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      sent.current = value;
      change(value);
    }, ADDRESS_DELAY_MILLISECONDS);
  };
  return (
    <span className="relative flex flex-none">
      <svg className="absolute inset-y-0 left-2.5 my-auto size-3.5 text-fg-3" viewBox="0 0 14 14" aria-hidden="true">
        <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.4" />
        <path d="M9.2 9.2L13 13" stroke="currentColor" strokeWidth="1.4" />
      </svg>
      <input
        ref={input}
        type="search"
        value={typed}
        onChange={(event) => type(event.target.value)}
        placeholder={label}
        aria-label={label}
        aria-keyshortcuts="/"
        title={hint}
        className="peer h-[30px] w-[220px] rounded-md border border-line bg-raised pr-8 pl-8 text-fg placeholder:text-fg-3 max-md:h-9 max-md:w-[200px]"
      />
      <kbd className="key absolute inset-y-0 right-2 my-auto h-[18px] peer-focus:hidden max-md:hidden">/</kbd>
    </span>
  );
}
