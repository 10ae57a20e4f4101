import { bindWithoutRslave } from './bind-without-rslave/rule.ts';
import { daemonShimNamespace } from './daemon-shim-namespace/rule.ts';
import { fdPin } from './fd-pin/rule.ts';
import { mountLeak } from './mount-leak/rule.ts';
import { mountflagsLiveRestore } from './mountflags-live-restore/rule.ts';
import { rootPrivate } from './root-private/rule.ts';
import type { Rule } from './rule.ts';
import { upperdirTwice } from './upperdir-twice/rule.ts';

export const MOUNTS_RULES: readonly Rule[] = [
  ...[mountLeak, fdPin, mountflagsLiveRestore, daemonShimNamespace],
  ...[upperdirTwice, rootPrivate, bindWithoutRslave],
];
