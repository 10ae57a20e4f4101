import type { RegisteredLayout } from '@silt/services';

/** Layouts kept a connection. A collector tells no more than 8 apart. */
export const MAX_LAYOUTS = 16;

/** The layouts of one connection by their numbers; of more than `MAX_LAYOUTS` the one goes that was used longest ago. */
export class RecentLayouts {
  readonly #layouts = new Map<number, RegisteredLayout | 'not-storable'>();

  get(number: number): RegisteredLayout | 'not-storable' | undefined {
    return this.#layouts.get(number);
  }

  keep(number: number, layout: RegisteredLayout | 'not-storable'): void {
    this.#layouts.delete(number);
    this.#layouts.set(number, layout);
    const oldest = this.#layouts.keys().next().value;
    if (this.#layouts.size > MAX_LAYOUTS && oldest !== undefined) this.#layouts.delete(oldest);
  }
}
