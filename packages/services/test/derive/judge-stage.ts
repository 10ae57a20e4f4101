import { openDatabase, packSurvey, type Sql, storeSurveys } from '@silt/db';
import type { FindingChange, Inventory } from '@silt/domain';
import { defineRule, type Evidence, type Finding, type Rule } from '@silt/domain/findings';
import { type Judged, judgeHosts } from '../../src/derive/judge-hosts.ts';
import {
  addHost,
  addLayout,
  addOrganisation,
  createTestFleet,
  SPACE,
  setStatus,
  storeOf,
  type TestFleet,
  type TestHost,
} from '../fleet-rows.ts';

export const ROOT = 'mount:/';
export const CAPACITY = 1_000_000;
export const SIGNAL = new AbortController().signal;
export const NOW = Date.parse('2026-03-15T12:00:00Z');
const MINUTE = 60_000;
export const at = (minutes: number): Date => new Date(NOW + minutes * MINUTE);

/** What a test's rule finds. */
export type Said = Omit<Finding, 'rule' | 'storeKey'> & { storeKey?: string | null };

/** A rule that says of each host what is said here of its name. */
export function scriptedRule(id: string, more: Partial<Rule> = {}) {
  const said = new Map<string, Said[] | 'cannot tell' | Error>();
  const rule = defineRule({
    ...{ id, needsPast: false, basis: [], wasSeen: true, remedy: () => [], example: {} },
    check({ facts }) {
      const says = said.get(facts?.name ?? '') ?? [];
      if (says instanceof Error) throw says;
      if (says === 'cannot tell') return { findings: [], cannotTell: [{ subject: null, missing: 'docker-socket' }] };
      return { findings: says.map((one) => ({ storeKey: null, ...one })), cannotTell: [] };
    },
    text: {
      en: { name: id, title: () => id, seen: () => '', why: () => '' },
      'zh-CN': { name: id, title: () => id, seen: () => '', why: () => '' },
    },
    ...more,
  });
  return { rule, said };
}

export const found = (
  subject: string,
  severity: Said['severity'] = 'warning',
  evidence: Evidence = { n: 1 },
): Said => ({
  ...{ subject, severity, evidence },
});

const EMPTY: Inventory = {
  ...{ takenAt: at(0).toISOString(), devices: null, btrfs: null, thin: null, docker: null, dataRoots: [] },
  ...{
    containerdRoots: [],
    mounts: null,
    leaks: null,
    layerSpaces: null,
    maxUserNamespaces: null,
    btrfsMaintenance: null,
    probes: [],
  },
};

/** Hosts of one organisation a test, and a worker that judges them. */
export class JudgeStage {
  readonly fleet: TestFleet;
  readonly worker: Sql;
  organisationId = '';
  #organisations = 0;

  private constructor(fleet: TestFleet) {
    this.fleet = fleet;
    this.worker = openDatabase(fleet.urls.silt_worker, { applicationName: 'test', max: 4 });
  }

  static async open(serverUrl: string): Promise<JudgeStage> {
    return new JudgeStage(await createTestFleet(serverUrl));
  }

  async close(): Promise<void> {
    await this.worker.end();
    await this.fleet.drop();
  }

  get owner(): Sql {
    return this.fleet.owner;
  }

  /** From here on its own hosts alone. */
  async begin(): Promise<void> {
    await this.owner`UPDATE host SET retired_at = ${at(0)} WHERE retired_at IS NULL`;
    this.#organisations += 1;
    this.organisationId = await addOrganisation(this.owner, `Ours${this.#organisations}`);
  }

  async addTelling(name: string, used = 300_000): Promise<TestHost> {
    const host = await addHost(this.owner, this.organisationId, name);
    await this.owner`UPDATE host SET facts = ${this.owner.json({ name })} WHERE id = ${host.id}`;
    await addLayout(this.owner, host, 1, { stores: [storeOf(ROOT, '/')], entries: SPACE(ROOT) });
    await this.beat(host, at(0), used);
    return host;
  }

  beat(host: TestHost, when: Date, used = 300_000): Promise<void> {
    return setStatus(this.owner, host, { at: when, readings: [used, CAPACITY], fullest: null });
  }

  async survey(host: TestHost, when: Date, inventory: Inventory = EMPTY): Promise<void> {
    const body = await packSurvey(Buffer.from(JSON.stringify(inventory)));
    const times = { observedAt: when, receivedAt: when };
    await storeSurveys(this.owner, [{ hostId: host.id, organisationId: host.organisationId, ...times, body }]);
  }

  judge(when: Date, rules: readonly Rule[]): Promise<Judged> {
    return judgeHosts(this.worker, { now: () => when, signal: SIGNAL, rules });
  }

  /** A beat and a judgement of it. */
  async look(host: TestHost, minutes: number, rules: readonly Rule[], used?: number): Promise<void> {
    await this.beat(host, at(minutes), used);
    await this.judge(new Date(at(minutes).getTime() + 1_000), rules);
  }

  rowsOf(host: TestHost) {
    return this.owner`
      SELECT finding_no AS no, rule, subject, state, severity, evidence, times_reopened::integer AS reopened,
        missing, promised_bytes AS promised, freed_bytes AS freed, last_seen_at AS seen
      FROM finding WHERE host_id = ${host.id} ORDER BY finding_no`;
  }

  async stateOf(host: TestHost): Promise<string[]> {
    return (await this.rowsOf(host)).map(({ state }) => state);
  }

  async changesOf(host: TestHost): Promise<string[]> {
    const rows = await this.owner<{ detail: FindingChange }[]>`
      SELECT detail FROM event WHERE host_id = ${host.id} AND kind = 'finding' ORDER BY event_no`;
    return rows.map(({ detail }) => detail.change);
  }

  /** Critical, warnings and notices, as the status of the host counts them. */
  async countsOf(host: TestHost): Promise<number[]> {
    const [row] = await this.owner`
      SELECT findings_critical AS c, findings_warning AS w, findings_notice AS n FROM host_status
      WHERE host_id = ${host.id}`;
    return [row?.c, row?.w, row?.n];
  }

  async judgementOf(host: TestHost) {
    return (await this.owner`SELECT * FROM judgement WHERE host_id = ${host.id}`)[0];
  }
}
