import { isSeriesName, type SeriesName, STORE_KINDS, THIN_POOL_STATES } from '@silt/domain';
import * as z from 'zod/mini';
import {
  MAX_DAEMONS,
  MAX_DEVICES,
  MAX_MOUNT_POINTS,
  MAX_OPTIONS,
  MAX_POOL_WORDS,
  MAX_READINGS,
  MAX_STORES,
} from '../limits.ts';
import { listOf, name, text, whole } from '../schema-parts.ts';

const deviceErrors = z.strictObject({ write: whole, read: whole, flush: whole, corruption: whole, generation: whole });

const thinPool = z.object({
  state: z.nullable(z.enum(THIN_POOL_STATES)),
  words: z.nullable(listOf(name, MAX_POOL_WORDS)),
  features: z.nullable(listOf(name, MAX_POOL_WORDS)),
  suspended: z.nullable(z.boolean()),
  metadataSnapshotHeld: z.nullable(z.boolean()),
  metadataDevice: z.nullable(name),
  dataDevice: z.nullable(name),
  dataBlockBytes: z.nullable(whole),
  lowWaterBlocks: z.nullable(whole),
  metadataLowWaterBlocks: z.nullable(whole),
});

const store = z.object({
  key: name,
  kind: z.enum(STORE_KINDS),
  name,
  fileSystemType: z.nullable(name),
  device: z.nullable(name),
  uuid: z.nullable(name),
  mountPoints: listOf(name, MAX_MOUNT_POINTS),
  options: listOf(text, MAX_OPTIONS),
  readOnly: z.boolean(),
  loop: z.nullable(
    z.object({ device: name, backingFile: name, deleted: z.boolean(), outerStoreKey: z.nullable(name) }),
  ),
  btrfs: z.nullable(
    z.object({
      label: text,
      profiles: z.object({ data: listOf(name, 8), metadata: listOf(name, 8), system: listOf(name, 8) }),
      devices: listOf(
        z.object({
          id: whole,
          path: z.nullable(name),
          sizeBytes: z.nullable(whole),
          missing: z.boolean(),
          errors: z.nullable(deviceErrors),
        }),
        MAX_DEVICES,
      ),
    }),
  ),
  thinPool: z._default(z.nullable(thinPool), null),
});

const daemon = z.object({
  key: name,
  kind: z.literal('docker'),
  socket: name,
  version: text,
  apiVersion: text,
  storageDriver: text,
  dataRoot: text,
  liveRestore: z.nullable(z.boolean()),
  containerId: z.optional(z.nullable(name)),
  storeKey: z.nullable(name),
});

const seriesName = z.custom<SeriesName>(
  (value) => typeof value === 'string' && isSeriesName(value),
  'is no series of this protocol version',
);

export const layoutSchema = z
  .object({
    stores: listOf(store, MAX_STORES),
    daemons: listOf(daemon, MAX_DAEMONS),
    entries: listOf(z.object({ storeKey: name, series: seriesName }), MAX_READINGS),
  })
  .check(
    z.superRefine((layout, context) => {
      const keys = new Set(layout.stores.map((one) => one.key));
      if (keys.size !== layout.stores.length) context.addIssue('two stores with one key');
      const places = new Set<string>();
      for (const entry of layout.entries) {
        if (!keys.has(entry.storeKey))
          context.addIssue(`an entry names the store ${entry.storeKey}, which is not there`);
        places.add(`${entry.series} ${entry.storeKey}`);
      }
      if (places.size !== layout.entries.length) context.addIssue('two entries for one series of a store');
    }),
  );
