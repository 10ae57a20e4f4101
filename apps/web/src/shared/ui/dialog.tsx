'use client';
import { type ReactNode, useEffect, useId, useRef } from 'react';

interface DialogProps {
  title: string;
  /** After it closed, by a button, Escape or `close`. */
  onClosed(): void;
  /** `close` gives the focus back to what opened the dialog. */
  children(close: () => void): ReactNode;
}

/** A modal dialog, open as long as it is in the page. */
export function Dialog({ title, onClosed, children }: DialogProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClose={onClosed}
      className="m-auto w-full max-w-[560px] rounded-lg border border-line-2 bg-panel p-0 whitespace-normal text-fg shadow-pop backdrop:bg-bg/70 max-md:max-w-[calc(100%-24px)]"
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 p-4">
        <h2 id={id} className="text-lg font-semibold break-words">
          {title}
        </h2>
        {children(() => dialog.current?.close())}
      </div>
    </dialog>
  );
}
