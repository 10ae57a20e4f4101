import type { GapMessage, InventoryMessage, SnapshotMessage } from '../src/index.ts';
import { GatewayStub } from './gateway-stub.ts';
import { golden } from './golden-frame.ts';

/** Stores each stream in order, exactly once, as a gateway with its database does, and fails on whatever has no place. */
export class StoringGateway extends GatewayStub {
  /** What stands at each sequence of a stream, from 1 on: the uptime of a snapshot or an inventory, or the reason of its gap. */
  readonly streams = new Map<string, (number | string)[]>();
  /** Messages that came a second time. */
  repeats = 0;
  /** What no gateway would take: a hole, or other content at a sequence that is stored. */
  readonly wrong: string[] = [];
  /** Stores and says nothing. */
  silent = false;

  constructor(tls: ConstructorParameters<typeof GatewayStub>[0] = null) {
    super(tls);
    this.onHello = ({ stream }) => ({ ...golden('welcome'), lastCommittedSequence: this.#of(stream).length });
    this.onSnapshot = (snapshot, { hello }) => this.#store(hello.stream, snapshot);
    this.onInventory = (part, { hello }) => this.#store(hello.stream, part);
    this.onGap = (gap, { hello }) => this.#store(hello.stream, gap);
  }

  /** All that is stored, over all streams. */
  get stored(): (number | string)[] {
    return [...this.streams.values()].flat();
  }

  #of(stream: string): (number | string)[] {
    const known = this.streams.get(stream) ?? [];
    this.streams.set(stream, known);
    return known;
  }

  #store(stream: string, message: SnapshotMessage | InventoryMessage | GapMessage): object | null {
    const rows = this.#of(stream);
    const isGap = message.type === 'gap';
    const [from, to] = isGap ? [message.from, message.to] : [message.sequence, message.sequence];
    const content = isGap ? message.reason : message.uptimeMilliseconds;
    if (to <= rows.length) {
      this.repeats += 1;
      if (rows[to - 1] !== content) this.wrong.push(`${to} was ${rows[to - 1]} and is ${content}`);
    } else {
      if (from !== rows.length + 1) this.wrong.push(`${from} came after ${rows.length}`);
      for (let sequence = rows.length + 1; sequence <= to; sequence += 1) rows.push(content);
    }
    return this.silent ? null : { type: 'ack', sequence: to, refused: [] };
  }
}
