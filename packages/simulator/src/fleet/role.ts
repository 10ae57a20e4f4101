import type { Daemon, ProbeReport } from '@silt/domain';
import { STEPS_A_DAY } from '../calendar.ts';
import type { LayoutChange, Outage } from '../host-plan.ts';
import type { Story } from '../inventory/story.ts';
import type { Process } from '../processes.ts';
import { hashText, Random } from '../random.ts';
import type { StoreModel } from '../stores/store-model.ts';

/** What a role builds a host from: the same for the same seed and name, however often it is made. */
export class RoleContext {
  readonly name: string;
  readonly random: Random;
  /** Step at which the history meets the present; scenarios are told in days before it. */
  readonly anchorStep: number;
  readonly originStep: number;
  readonly #seed: string;

  constructor(options: { seed: string; name: string; anchorStep: number; originStep: number }) {
    this.#seed = options.seed;
    this.name = options.name;
    this.anchorStep = options.anchorStep;
    this.originStep = options.originStep;
    this.random = new Random(`${this.#seed} ${this.name}`);
  }

  /** Of a process' noise. */
  key(label: string): number {
    return hashText(`${this.#seed} ${this.name} ${label}`);
  }

  daysAgo(days: number): number {
    return this.anchorStep - Math.round(days * STEPS_A_DAY);
  }

  /** Another amount from a step on. */
  changeAt(step: number, before: number, after: number): Process {
    return (now) => (now < step ? before : after);
  }
}

/** What a role says of its host; what is left out is the usual. */
export interface Role {
  tag: string;
  kernelRelease: string;
  distribution: string;
  architecture?: string;
  /** A store on a loop file stands before the one that holds the file. */
  models: StoreModel[];
  story: Story;
  daemons?: Daemon[];
  changes?: LayoutChange[];
  probes?: Record<string, Pick<ProbeReport, 'status' | 'reason'>>;
  outages?: Outage[];
  enrolledDaysAgo?: number;
  silentDays?: number;
}

export type RoleBuilder = (context: RoleContext) => Role;
