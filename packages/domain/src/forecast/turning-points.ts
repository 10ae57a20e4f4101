/** Highest or lowest between two turns. */
export interface Turn {
  place: number;
  value: number;
}

/** A series as rises and falls larger than a threshold; what is smaller is noise. */
export interface Turns {
  /** Tops that a fall came after, oldest first. */
  peaks: Turn[];
  /** Bottoms that a rise came after, oldest first. */
  troughs: Turn[];
}

export function turningPoints(values: Float64Array, length: number, threshold: number): Turns {
  const turns: Turns = { peaks: [], troughs: [] };
  let [top, bottom]: [Turn, Turn] = [
    { place: 0, value: values[0] as number },
    { place: 0, value: values[0] as number },
  ];
  let isRising: boolean | null = null;
  for (let place = 1; place < length; place += 1) {
    const value = values[place] as number;
    if (value > top.value) top = { place, value };
    if (value < bottom.value) bottom = { place, value };
    if (isRising !== false && top.value - value > threshold) {
      turns.peaks.push(top);
      isRising = false;
      bottom = { place, value };
    } else if (isRising !== true && value - bottom.value > threshold) {
      turns.troughs.push(bottom);
      isRising = true;
      top = { place, value };
    }
  }
  return turns;
}
