/** `2026-11-22 00:31`, of an ISO time in UTC. */
export const minuteText = (at: string): string => at.slice(0, 16).replace('T', ' ');
