'use client';
import { useId } from 'react';

interface TextFieldProps {
  name: string;
  label: string;
  type: 'text' | 'email' | 'password';
  autoComplete: string;
  hint?: string;
  minLength?: number;
  autoFocus?: boolean;
}

export function TextField({ name, label, type, autoComplete, hint, minLength, autoFocus = false }: TextFieldProps) {
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <input
        id={id}
        name={name}
        type={type}
        autoComplete={autoComplete}
        required
        minLength={minLength}
        // biome-ignore lint/a11y/noAutofocus: the page is this form and nothing else
        autoFocus={autoFocus}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="field"
      />
      {hint && (
        <span id={`${id}-hint`} className="text-xs text-fg-3">
          {hint}
        </span>
      )}
    </div>
  );
}
