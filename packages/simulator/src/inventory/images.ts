import { MIB } from '../stores/store-model.ts';
import type { Moment } from './moment.ts';

/** Lanes of one slot: layers of its images, then its container and the init layer. */
export const SLOT_LANES = 8;
const BASE_LANE = 900;
const BASES = ['debian', 'alpine', 'busybox', 'docker'];
const BASE_MIB: Record<string, number> = { debian: 74, alpine: 7, busybox: 4, docker: 42 };

/** A layer of images, with its entry in the driver's folder. */
export interface ImageLayer {
  chainId: string;
  cacheId: string;
  diffId: string;
  parent: ImageLayer | null;
  sizeBytes: number;
  /** When it was unpacked, milliseconds since the epoch. */
  at: number;
  lane: number;
}

export interface Image {
  id: string;
  /** Without its tag. */
  repository: string;
  tag: string;
  /** Replaced by a newer one of the same name. */
  isDangling: boolean;
  top: ImageLayer;
  layers: ImageLayer[];
  builtAt: number;
}

export interface ImageOptions {
  repository: string;
  base: string;
  slot: number;
  /** Which one of its repository, and when it was pulled. */
  version: { number: number; at: number };
  scale: number;
}

const BUILD_MILLISECONDS = 2_400_000;

/** Images of a daemon by what they are of: two of one repository share their lower layers, all of one base share that. */
export class Images {
  readonly #moment: Moment;
  readonly #layers = new Map<string, ImageLayer>();
  readonly #images = new Map<string, Image>();
  readonly #dataRoot: string;

  constructor(moment: Moment, dataRoot: string) {
    this.#moment = moment;
    this.#dataRoot = dataRoot;
  }

  get all(): Image[] {
    return [...this.#images.values()];
  }

  /** Layers of all images, each once. */
  get layers(): ImageLayer[] {
    return [...this.#layers.values()];
  }

  /** The image of one version; asked again it is the same one. `isDangling` holds as it was first asked. */
  image(options: ImageOptions, isDangling: boolean): Image {
    const { repository, base, slot, version, scale } = options;
    const key = `${repository} ${version.number}`;
    const known = this.#images.get(key);
    if (known !== undefined) return known;
    const moment = this.#moment;
    const size = (label: string, low: number, high: number) => moment.whole(`size ${label}`, low, high) * MIB * scale;
    const lane = slot * SLOT_LANES;
    const bottom = this.#layer(`base ${base}`, null, {
      ...{ at: moment.installedAt(`base ${base}`), lane: BASE_LANE + Math.max(0, BASES.indexOf(base)) },
      sizeBytes: (BASE_MIB[base] ?? 30) * MIB,
    });
    const packages = this.#layer(`packages ${repository}`, bottom, {
      ...{ at: moment.installedAt(`packages ${repository}`), lane },
      sizeBytes: size(`packages ${repository}`, 20, 90),
    });
    const program = this.#layer(`program ${key}`, packages, {
      ...{ at: version.at, lane: lane + 1, sizeBytes: size(`program ${key}`, 4, 30) },
    });
    const top = this.#layer(`settings ${key}`, program, { at: version.at, lane: lane + 2, sizeBytes: 12_288 });
    const image: Image = {
      ...{ id: `sha256:${moment.hex(`image ${key}`)}`, repository, tag: `1.${version.number % 1_000}.0`, isDangling },
      ...{ top, layers: [bottom, packages, program, top], builtAt: version.at - BUILD_MILLISECONDS },
    };
    this.#images.set(key, image);
    return image;
  }

  #layer(label: string, parent: ImageLayer | null, facts: Pick<ImageLayer, 'at' | 'lane' | 'sizeBytes'>): ImageLayer {
    const chainId = this.#moment.hex(`chain ${label} ${parent?.chainId ?? ''}`);
    const known = this.#layers.get(chainId);
    if (known !== undefined) return known;
    const cacheId = this.#moment.hex(`cache ${label} ${this.#dataRoot}`);
    const layer = { chainId, cacheId, diffId: this.#moment.hex(`diff ${label}`), parent, ...facts };
    this.#layers.set(chainId, layer);
    return layer;
  }
}
