type State = 'size' | 'data' | 'data-end' | 'trailer' | 'done';

/** Takes HTTP/1.1 chunked framing off a stream of reads without copying the payload. */
export class Dechunker {
  #state: State = 'size';
  #left = 0;
  #size = '';

  /** True once the last chunk has been seen: the body ended cleanly. */
  get ended(): boolean {
    return this.#state === 'done';
  }

  /** @throws {Error} when the framing is broken. */
  push(bytes: Buffer, payload: (part: Buffer) => void): void {
    let at = 0;
    while (at < bytes.length) {
      switch (this.#state) {
        case 'size': {
          const end = bytes.indexOf(0x0a, at);
          const line = bytes.toString('latin1', at, end === -1 ? bytes.length : end);
          this.#size += line;
          if (end === -1) return;
          at = end + 1;
          this.#left = Number.parseInt(this.#size, 16);
          if (Number.isNaN(this.#left)) throw new Error(`broken chunk size ${JSON.stringify(this.#size)}`);
          this.#size = '';
          this.#state = this.#left === 0 ? 'trailer' : 'data';
          break;
        }
        case 'data': {
          const part = bytes.subarray(at, at + this.#left);
          payload(part);
          at += part.length;
          this.#left -= part.length;
          if (this.#left === 0) {
            this.#left = 2;
            this.#state = 'data-end';
          }
          break;
        }
        case 'data-end':
          at += 1;
          this.#left -= 1;
          if (this.#left === 0) this.#state = 'size';
          break;
        case 'trailer':
          this.#state = 'done';
          return;
        case 'done':
          return;
        default:
          this.#state satisfies never;
      }
    }
  }
}
