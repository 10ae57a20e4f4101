'use client';
import type { FindingRow } from '@silt/domain';
import dynamic from 'next/dynamic';
import { useId, useState } from 'react';
import { FindingLine } from './finding-line.tsx';

/** Commands, evidence and the mute: not loaded before one is opened. */
const FindingDetail = dynamic(() => import('./finding-detail.tsx').then((module) => module.FindingDetail));

interface FindingAccordionProps {
  /** Of one host. */
  findings: readonly FindingRow[];
  /** The first one is open from the beginning. */
  firstOpen?: boolean;
}

/** Findings as lines, one of which can be open with its detail beneath it. */
export function FindingAccordion({ findings, firstOpen = false }: FindingAccordionProps) {
  const [open, setOpen] = useState(firstOpen ? (findings[0]?.findingNo ?? null) : null);
  const id = useId();
  return (
    <ul>
      {findings.map((finding) => {
        const { hostId, findingNo } = finding;
        const isOpen = findingNo === open;
        return (
          <li key={findingNo} className="border-b border-line last:border-b-0">
            <button
              type="button"
              aria-expanded={isOpen}
              aria-controls={isOpen ? id : undefined}
              onClick={() => setOpen(isOpen ? null : findingNo)}
              className="block w-full px-4 py-2.5 text-left outline-offset-[-2px] hover:bg-hover aria-expanded:bg-hover aria-expanded:shadow-[inset_2px_0_var(--fg)] max-md:px-3"
            >
              <FindingLine finding={finding} />
            </button>
            {isOpen && (
              <div id={id} className="border-t border-line py-4 pr-4 pl-10 max-md:px-3">
                <FindingDetail hostId={hostId} findingNo={findingNo} />
              </div>
            )}
          </li>
        );
      })}
    </ul>
  );
}
