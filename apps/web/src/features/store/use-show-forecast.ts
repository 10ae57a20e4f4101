'use client';
import { usePathname, useSearchParams } from 'next/navigation';
import { withParameter } from '../../shared/as-of/moment-in-address.ts';

const PARAMETER = 'forecast';
const OFF = 'off';

/** Whether charts go on into the forecast; kept in the address where they do not. */
export function useShowForecast(): [boolean, (shown: boolean) => void] {
  const isShown = useSearchParams().get(PARAMETER) !== OFF;
  const path = usePathname();
  const change = (shown: boolean): void => {
    const latest = new URLSearchParams(window.location.search);
    window.history.replaceState(null, '', path + withParameter(latest, PARAMETER, shown ? null : OFF));
  };
  return [isShown, change];
}
