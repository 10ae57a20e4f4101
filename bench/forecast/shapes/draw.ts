/** Values of many kinds out of one stream of numbers from 0 up to 1. */
export class Draw {
  readonly next: () => number;

  constructor(random: () => number) {
    this.next = random;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Each factor is as likely as another: for what ranges over magnitudes. Both > 0. */
  logBetween(low: number, high: number): number {
    return low * (high / low) ** this.next();
  }

  /** `low` … `high`, both included. */
  whole(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(values: readonly [T, ...T[]]): T {
    return values[Math.floor(this.next() * values.length)] as T;
  }

  /** Mean 0, deviation 1; Box and Muller. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return radius * Math.cos(2 * Math.PI * this.next());
  }

  /** Mean 1; `sigma` is the deviation of its logarithm. */
  lognormal(sigma: number): number {
    return Math.exp(sigma * this.normal() - sigma ** 2 / 2);
  }

  /** How long until the next of what comes by chance, in the unit of `mean`. */
  wait(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }
}
