export function pageOf(entry: { rule: object; source: string; needs?: string }): string;
export function findingsPages(lists: Record<string, readonly object[]>, rulesFolder: string): Map<string, string>;
