/** So many at the same time, each on a connection: while the database stores one, the next is simulated. */
export const LANES = 2;

/** Does the work for each, in their order. After an error none is begun; what has begun is waited for. */
export async function inLanes<One>(all: readonly One[], work: (one: One) => Promise<void>): Promise<void> {
  const rest = [...all];
  const lane = async (): Promise<void> => {
    try {
      for (let one = rest.shift(); one !== undefined; one = rest.shift()) await work(one);
    } catch (error) {
      rest.length = 0;
      throw error;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: LANES }, lane));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}
