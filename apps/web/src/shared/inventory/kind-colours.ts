import type { HoldingKind } from '@silt/domain';

/** Fill of each kind in charts and swatches; layers that images share are drawn as images, since nobody owns them alone. */
export const KIND_FILL = {
  image: 'fill-k-image',
  'image-layers': 'fill-k-image',
  volume: 'fill-k-volume',
  'build-cache': 'fill-k-build',
  container: 'fill-k-container',
  'orphan-layer': 'fill-k-orphan',
  leftover: 'fill-k-leftover',
  subvolume: 'fill-k-subvolume',
  'thin-device': 'fill-k-image',
  'pinned-file': 'fill-k-file',
  'loop-file': 'fill-k-file',
} as const satisfies Record<HoldingKind, string>;
