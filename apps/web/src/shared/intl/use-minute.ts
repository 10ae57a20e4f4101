'use client';
import { useNow } from './intl-shell.tsx';

const MINUTE_MILLISECONDS = 60_000;

/** The last full minute, milliseconds since the epoch: what is reckoned from it does not move every second. */
export const useMinute = (): number => Math.floor(useNow() / MINUTE_MILLISECONDS) * MINUTE_MILLISECONDS;
