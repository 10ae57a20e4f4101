const FIRST_ROOM_BYTES = 1_024;

/** What is kept cannot be read: cut off, or of a form that this version does not know. */
export class CodecError extends Error {}

/** Writes numbers one after the other; whole numbers are varints, small ones short. */
export class ByteWriter {
  #bytes = new Uint8Array(FIRST_ROOM_BYTES);
  #length = 0;

  byte(value: number): void {
    if (this.#length === this.#bytes.length) {
      const wider = new Uint8Array(this.#bytes.length * 2);
      wider.set(this.#bytes);
      this.#bytes = wider;
    }
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  /** A whole number of 0 to 2^53 − 1: seven bits a byte, the lowest first. */
  whole(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.byte((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  /** A whole number of ±(2^53 − 1): the sign is the lowest bit of the first byte, so small ones stay short. */
  signed(value: number): void {
    const magnitude = Math.abs(value);
    const first = (magnitude % 64) * 2 + (value < 0 ? 1 : 0);
    const rest = Math.floor(magnitude / 64);
    this.byte(rest === 0 ? first : first + 128);
    if (rest > 0) this.whole(rest);
  }

  end(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}

/** Errors of all: `CodecError`. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #place = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  byte(): number {
    const value = this.#bytes[this.#place];
    if (value === undefined) throw new CodecError('cut off');
    this.#place += 1;
    return value;
  }

  whole(): number {
    let value = 0;
    let weight = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte % 128) * weight;
      if (!Number.isSafeInteger(value)) throw new CodecError('a number is too large');
      if (byte < 128) return value;
      weight *= 128;
    }
  }

  signed(): number {
    const first = this.byte();
    let magnitude = (first % 128) >> 1;
    if (first >= 128) magnitude += this.whole() * 64;
    if (!Number.isSafeInteger(magnitude)) throw new CodecError('a number is too large');
    return first % 2 === 1 && magnitude > 0 ? -magnitude : magnitude;
  }

  end(): void {
    if (this.#place !== this.#bytes.length) throw new CodecError(`${this.#bytes.length - this.#place} bytes too many`);
  }
}
