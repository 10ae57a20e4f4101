export const hostPath = (hostId: string): string => `/hosts/${hostId}`;

/** Store keys hold slashes and colons, and mount points whatever a path may hold. */
export const storePath = (hostId: string, storeKey: string): string =>
  `${hostPath(hostId)}/stores/${encodeURIComponent(storeKey)}`;
