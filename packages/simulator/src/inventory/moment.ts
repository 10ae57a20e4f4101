import type { HostFacts, Layout, SeriesName, Store } from '@silt/domain';
import { STEP_MILLISECONDS } from '../calendar.ts';
import { hashText, noise } from '../random.ts';
import { heldSeriesOf, Unexplained } from './explained.ts';
import type { Story } from './story.ts';

const TEN_MINUTES_MILLISECONDS = 600_000;
/** Nothing on a host is older than this before its first step, in milliseconds. */
const OLDEST_MILLISECONDS = 120 * 86_400_000;
/** Places of things that may come to be within the same ten minutes. */
export const LANES = 1_024;
const UUID_PARTS = /^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/;

/** By key of the host and label: most of what a host has, it has at the next moment too. */
const RECENT_HEX = new Map<string, string>();
const MAX_RECENT_HEX = 50_000;

export interface MomentOptions {
  facts: HostFacts;
  /** Of the plan: decides every id. */
  key: number;
  story: Story;
  /** Milliseconds since the epoch. */
  at: number;
  bootedAt: number;
  originStep: number;
  layout: Layout;
  /** NaN = not read. */
  readings: ArrayLike<number>;
  /** Step at which somebody last cleaned up a store, by its key; 0 = never. */
  cleanedUpStep: (storeKey: string) => number;
}

/** A host at one moment: what all parts of its inventory are told from, and its names for things. */
export class Moment {
  readonly facts: HostFacts;
  readonly story: Story;
  readonly at: number;
  readonly bootedAt: number;
  readonly layout: Layout;
  readonly #options: MomentOptions;
  readonly #oldest: number;

  constructor(options: MomentOptions) {
    const { facts, story, at, bootedAt, layout, originStep } = options;
    this.facts = facts;
    this.story = story;
    this.at = at;
    this.bootedAt = bootedAt;
    this.layout = layout;
    this.#options = options;
    this.#oldest = originStep * STEP_MILLISECONDS - OLDEST_MILLISECONDS;
  }

  /** The same hex digits for the same label, for ever. */
  hex(label: string, digits = 64): string {
    const { key } = this.#options;
    const name = `${key} ${label}`;
    const known = RECENT_HEX.get(name);
    if (known !== undefined && known.length >= digits) return known.slice(0, digits);
    const seeds = [hashText(name), hashText(`${label} ${key}`)] as const;
    let text = '';
    for (let place = 0; text.length < digits; place += 1) {
      const word = noise(seeds[place % 2 === 0 ? 0 : 1], place) * 2 ** 32;
      text += word.toString(16).padStart(8, '0');
    }
    if (RECENT_HEX.size >= MAX_RECENT_HEX) RECENT_HEX.clear();
    RECENT_HEX.set(name, text);
    return text.slice(0, digits);
  }

  /** Of version 4. */
  uuid(label: string): string {
    return this.hex(label, 32).replace(UUID_PARTS, '$1-$2-4$3-a$4-$5');
  }

  /** 0 up to 1, the same for the same label; `index`: another one each. */
  share(label: string, index = 0): number {
    return noise(hashText(`${this.#options.key} ${label}`), index);
  }

  /** `low` … `high`, both included. */
  whole(label: string, low: number, high: number): number {
    return low + Math.floor(this.share(label) * (high - low + 1));
  }

  /** A number that grows with time and is nobody else's of another lane, or of another ten minutes. */
  serial(createdAt: number, lane: number): number {
    return Math.max(1, Math.floor((createdAt - this.#oldest) / TEN_MINUTES_MILLISECONDS)) * LANES + lane;
  }

  /** When what was there from the first was set up. */
  installedAt(label: string): number {
    return this.#oldest + Math.floor((0.1 + 0.8 * this.share(`installed ${label}`)) * OLDEST_MILLISECONDS);
  }

  /** Seconds since the oldest thing on the host. */
  secondsAt(at: number): number {
    return Math.max(0, Math.floor((at - this.#oldest) / 1_000));
  }

  /** 0 where it is not read. */
  reading(storeKey: string, series: SeriesName): number {
    const { layout, readings } = this.#options;
    const place = layout.entries.findIndex((one) => one.storeKey === storeKey && one.series === series);
    return readings[place] || 0;
  }

  store(key: string | null): Store | null {
    return this.layout.stores.find((one) => one.key === key) ?? null;
  }

  /** What the items of a store add up to: all that is used but for what nothing explains. */
  explainedBytes(storeKey: string): number {
    const store = this.store(storeKey);
    if (store === null) return 0;
    const { key, story, at, cleanedUpStep } = this.#options;
    const heldBytes = this.reading(storeKey, heldSeriesOf(store));
    return heldBytes - new Unexplained(store, key, story.hidden).bytesAt(at, heldBytes, cleanedUpStep(storeKey));
  }

  /** Milliseconds since the epoch. */
  atStep(step: number): number {
    return step * STEP_MILLISECONDS;
  }

  /** Milliseconds since the epoch; 0 = never. */
  cleanedUpAt(storeKey: string | null): number {
    return storeKey === null ? 0 : this.#options.cleanedUpStep(storeKey) * STEP_MILLISECONDS;
  }

  /** Process ids that live until the next boot; `lane`: of this host alone. */
  pid(label: string, lane: number): number {
    return 2_000 + lane + LANES * this.whole(`pid ${label} ${this.bootedAt}`, 0, 3_000);
  }
}

export const iso = (at: number): string => new Date(Math.floor(at)).toISOString();
