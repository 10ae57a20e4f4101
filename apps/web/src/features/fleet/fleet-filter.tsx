'use client';
import { STATES, type State } from '@silt/domain';
import { useEffect, useRef, useState } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { StateGlyph } from '../../shared/ui/state-mark.tsx';
import type { FleetQuery } from './fleet-query.ts';

/** The address follows the typing after this; browsers refuse to be changed at every key. */
const ADDRESS_DELAY_MILLISECONDS = 250;

interface FleetFilterProps {
  query: FleetQuery;
  counts: Record<State, number>;
  change(next: Partial<FleetQuery>): void;
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

export function FleetFilter({ query, counts, change }: FleetFilterProps) {
  const t = useTranslations();
  const format = useFormatter();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  const toggle = (state: State): void => {
    const states = query.states.includes(state)
      ? query.states.filter((other) => other !== state)
      : [...query.states, state];
    change({ states });
  };
  return (
    <search className="mb-3 flex gap-2 max-md:-mx-3 max-md:overflow-x-auto max-md:px-3 max-md:py-1">
      <FilterInput ref={input} text={query.text} change={change} />
      <fieldset className="flex gap-2">
        <legend className="sr-only">{t('fleet.states')}</legend>
        {STATES.map((state) => (
          <button
            key={state}
            type="button"
            className="btn aria-pressed:bg-sel"
            aria-pressed={query.states.includes(state)}
            onClick={() => toggle(state)}
          >
            <StateGlyph state={state} />
            {t(`state.${state}`)}
            <span className="ml-1 font-normal text-fg-3">{format.number(counts[state])}</span>
          </button>
        ))}
      </fieldset>
    </search>
  );
}

interface FilterInputProps {
  ref: React.Ref<HTMLInputElement>;
  text: string;
  change(next: Partial<FleetQuery>): void;
}

function FilterInput({ ref, text, change }: FilterInputProps) {
  const t = useTranslations('fleet');
  const [typed, setTyped] = useState(text);
  const sent = useRef(text);
  useEffect(() => {
    if (text === sent.current) return;
    sent.current = text;
    setTyped(text);
  }, [text]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const type = (value: string): void => {
    setTyped(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      sent.current = value;
      change({ text: value });
    }, ADDRESS_DELAY_MILLISECONDS);
  };
  return (
    <span className="relative flex flex-none">
      <svg className="absolute inset-y-0 left-2.5 my-auto size-3.5 text-fg-3" viewBox="0 0 14 14" aria-hidden="true">
        <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.4" />
        <path d="M9.2 9.2L13 13" stroke="currentColor" strokeWidth="1.4" />
      </svg>
      <input
        ref={ref}
        type="search"
        value={typed}
        onChange={(event) => type(event.target.value)}
        placeholder={t('filter')}
        aria-label={t('filter')}
        aria-keyshortcuts="/"
        title={t('filterHint')}
        className="peer h-[30px] w-[220px] rounded-md border border-line bg-raised pr-8 pl-8 text-fg placeholder:text-fg-3 max-md:h-9 max-md:w-[200px]"
      />
      <kbd className="key absolute inset-y-0 right-2 my-auto h-[18px] peer-focus:hidden max-md:hidden">/</kbd>
    </span>
  );
}
