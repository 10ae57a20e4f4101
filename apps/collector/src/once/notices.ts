import { daemonNotices } from './daemon-notices.ts';
import type { HostView } from './host-view.ts';
import { layerNotices } from './layer-notices.ts';
import { mountNotices } from './mount-notices.ts';
import { storageNotices } from './storage-notices.ts';

/** Facts that somebody would want to know of, a sentence each; what follows from them is a finding, which is the server's. */
export const notices = (view: HostView): string[] => [
  ...storageNotices(view),
  ...mountNotices(view),
  ...layerNotices(view),
  ...daemonNotices(view),
];
