/** How far ahead of the server's clock an observed time may be. */
export const MAX_AHEAD_MILLISECONDS = 5 * 60_000;

/** The host's clock and the server's at the moment of `hello`, milliseconds. */
export interface ClockAnchor {
  bootId: string;
  uptimeMilliseconds: number;
  hostMilliseconds: number;
  serverMilliseconds: number;
}

export interface ObservedTime {
  milliseconds: number;
  /**
   * True within the boot of `hello`: by uptime. False: by the last known offset of the host's clock, or cut off at
   * MAX_AHEAD_MILLISECONDS.
   */
  corrected: boolean;
}

/**
 * When a beat was read, by the server's clock. Within the boot that `hello` named, uptime tells, whatever the host's
 * clock did meanwhile; else the host's time less the offset at `hello`. At most MAX_AHEAD_MILLISECONDS after `now`.
 */
export function correctedTime(
  anchor: ClockAnchor,
  beat: { bootId: string; uptimeMilliseconds: number; takenMilliseconds: number },
  now: number,
): ObservedTime {
  const sameBoot = beat.bootId === anchor.bootId;
  const milliseconds = sameBoot
    ? anchor.serverMilliseconds + (beat.uptimeMilliseconds - anchor.uptimeMilliseconds)
    : beat.takenMilliseconds - (anchor.hostMilliseconds - anchor.serverMilliseconds);
  const latest = now + MAX_AHEAD_MILLISECONDS;
  return { milliseconds: Math.min(milliseconds, latest), corrected: sameBoot && milliseconds <= latest };
}
