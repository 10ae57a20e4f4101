import { dmBackingFs } from './dm-backing-fs/rule.ts';
import { dmContainerFull } from './dm-container-full/rule.ts';
import { dmDeadContainers } from './dm-dead-containers/rule.ts';
import { dmLoopLvm } from './dm-loop-lvm/rule.ts';
import { dmNoDiscard } from './dm-no-discard/rule.ts';
import type { Rule } from './rule.ts';
import { thinAutoextendHollow } from './thin-autoextend-hollow/rule.ts';
import { thinData } from './thin-data/rule.ts';
import { thinFailed } from './thin-failed/rule.ts';
import { thinLost } from './thin-lost/rule.ts';
import { thinMetadata } from './thin-metadata/rule.ts';
import { thinMetadataFirst } from './thin-metadata-first/rule.ts';
import { thinNeedsCheck } from './thin-needs-check/rule.ts';
import { thinNoAutoextend } from './thin-no-autoextend/rule.ts';
import { thinOutOfSpace } from './thin-out-of-space/rule.ts';
import { thinOvercommit } from './thin-overcommit/rule.ts';
import { thinQueueHang } from './thin-queue-hang/rule.ts';
import { thinReadOnly } from './thin-read-only/rule.ts';
import { thinStuckStatus } from './thin-stuck-status/rule.ts';

export const THIN_RULES: readonly Rule[] = [
  thinData,
  thinMetadata,
  thinMetadataFirst,
  thinOutOfSpace,
  thinReadOnly,
  thinNeedsCheck,
  thinFailed,
  thinLost,
  thinNoAutoextend,
  thinAutoextendHollow,
  thinOvercommit,
  thinQueueHang,
  thinStuckStatus,
  dmLoopLvm,
  dmBackingFs,
  dmNoDiscard,
  dmContainerFull,
  dmDeadContainers,
];
