import type { ReactNode } from 'react';

/** A bar over the page that says in what way what stands below is not the present. */
export function Notice({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div
      role="status"
      className="mb-4 flex flex-wrap items-center gap-x-2.5 gap-y-1 rounded-lg border border-line-2 px-4 py-2"
    >
      {children}
      {action && <span className="ml-auto flex items-center gap-2.5">{action}</span>}
    </div>
  );
}
