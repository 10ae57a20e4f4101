import type { BlockDevice } from '@silt/domain';
import { readBlockDevices } from '../src/block/read.ts';
import type { CommandAnswer, CommandCall, CommandRequest } from '../src/command.ts';
import { HangGuard } from '../src/hang-guard.ts';
import type { Problem } from '../src/problem.ts';
import type { DmsetupCall } from '../src/thin-pool/dmsetup.ts';
import type { PoolTable } from '../src/thin-pool/parse.ts';
import type { ThinPoolTools } from '../src/thin-pool/read.ts';
import { readThinInventory, type ThinInventoryTools } from '../src/thin-pool/read-inventory.ts';
import { BlockHost } from './block-capture.ts';
import { fixture } from './fixture.ts';

type Answer = string | CommandAnswer | Problem | Promise<CommandAnswer | Problem>;
type Answers = Record<string, Answer>;

/** A promise that does not settle, as a program in uninterruptible sleep. */
export const HANGS = new Promise<never>(() => undefined);

/** A captured host of the device mapper: its sysfs, and a dmsetup and an LVM that answer with captured text. */
export class ThinPoolHost extends BlockHost {
  /** By the words after the program: `status docker-thinpool-tpool`, `table thins`, `lvs`. */
  readonly answers: Answers = {};
  /** What was started, in its order. */
  readonly started: string[] = [];
  readonly tables = new Map<string, PoolTable>();
  readonly guard = new HangGuard();

  constructor(sysfs: string, status: string, table: string) {
    super(fixture(sysfs));
    for (const [command, text] of [
      ['status', fixture(status)],
      ['table', fixture(table)],
    ] as const) {
      const lines = text.split('\n').filter((line) => line !== '');
      for (const line of lines) this.answers[`${command} ${line.split(': ')[0]}`] = `${line.replace(/^.*?: /, '')}\n`;
      const thins = lines.filter((line) => / thin /.test(line));
      this.answers[`${command} thins`] = thins.map((line) => `${line}\n`).join('');
    }
  }

  get tools(): ThinPoolTools {
    return { guard: this.guard, dmsetup: this.#dmsetup, tables: this.tables };
  }

  async inventory(change: Partial<ThinInventoryTools> = {}) {
    const devices = change.devices ?? (await this.devices());
    const { guard, tables } = this;
    return readThinInventory({ guard, tables, dmsetup: this.#dmsetup, command: this.command, devices, ...change });
  }

  async devices(): Promise<BlockDevice[]> {
    return (await readBlockDevices(this.roots)).value;
  }

  readonly #dmsetup: DmsetupCall = async (command, dmName) => {
    const answer = await this.#answer(`${command} ${dmName}`);
    return 'stdout' in answer ? answer.stdout : answer;
  };

  readonly command: CommandCall = ({ name, args }: CommandRequest) =>
    this.#answer(name === 'dmsetup' ? `${args[0]} thins` : name);

  async #answer(words: string): Promise<CommandAnswer | Problem> {
    this.started.push(words);
    const answer = await (this.answers[words] ?? { status: 'failed', text: `not captured: ${words}` });
    return typeof answer === 'string' ? { code: 0, stdout: answer, stderr: '' } : answer;
  }
}

export const dockerHost = (step: string): ThinPoolHost => {
  const folder = `thin-pool/dm-thin-vm/${step}`;
  return new ThinPoolHost(`${folder}/sysfs.txt`, `${folder}/status.txt`, `${folder}/table.txt`);
};

/** Both kinds of pool beside each other: LVM's, and Docker's on loop files. */
export const lvmHost = (): ThinPoolHost => {
  const host = new ThinPoolHost('thin-pool/lvm/sysfs.txt', 'thin-pool/lvm/status.txt', 'thin-pool/lvm/table.txt');
  host.putCapture(fixture('block/docker-loop-loops.txt'));
  host.answers.lvs = fixture('thin-pool/lvm/lvs.json');
  host.answers.vgs = fixture('thin-pool/lvm/vgs.json');
  host.answers.lvmconfig = fixture('thin-pool/lvm/lvmconfig_autoextend_full.txt');
  return host;
};
