import { safeText } from '../format/safe-text.ts';

/** What a page has of a name at the most; the title has more of it. */
const MAX_SHOWN = 160;
const MAX_TITLE = 4_096;
const ID = /^[0-9a-f]{64}$/;
const ID_SHOWN = 12;

interface ItemNameProps {
  name: string;
  className?: string;
}

/** A name as the host has it, safe and cut; ids are cut as Docker's own client does. */
export function ItemName({ name, className = '' }: ItemNameProps) {
  const shown = ID.test(name) ? name.slice(0, ID_SHOWN) : safeText(name, MAX_SHOWN);
  return (
    <code className={`block truncate ${className}`} title={safeText(name, MAX_TITLE)}>
      {shown}
    </code>
  );
}
