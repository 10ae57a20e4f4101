import { join } from 'node:path';

/** Where a host's files are seen; other than the defaults in a container and in tests. */
export interface Roots {
  procRoot: string;
  sysRoot: string;
  /** Folder under which the host's root file system is seen. Mounts outside it are none of the host's. */
  hostRoot: string;
}

export const DEFAULT_ROOTS: Roots = { procRoot: '/proc', sysRoot: '/sys', hostRoot: '/' };

/** A path of the host as this process reaches it. */
export const hostPath = (roots: Roots, path: string): string => join(roots.hostRoot, path);
