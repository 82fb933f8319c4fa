/**
 * How much may wait for one client: `bytes`, and the one write that goes over it.
 *
 * What is asked whether the window is full is also what is told when it is open again: the write after which it may be full
 * has `left` as its callback. Not a stream's `drain`, which is about that stream's own high-water mark, and not its length
 * falling to nothing, which it does not while anything else (a pong, say) waits with it.
 */
export class SendWindow {
  readonly #bytes: number;
  readonly #drained: () => void;
  /** Writes that were given `left` and have not left. */
  #unsent = 0;
  #full = false;

  /** `drained` is called once after each time that `filled` was true, unless the write fails. */
  constructor(bytes: number, drained: () => void) {
    this.#bytes = bytes;
    this.#drained = drained;
  }

  /** Before a write after which at most so many bytes wait: what it needs for its callback. */
  admit(bytes: number): ((error?: Error | null) => void) | undefined {
    if (bytes < this.#bytes) return undefined;
    this.#unsent++;
    return this.#left;
  }

  /** After that write, with how many do wait: whether nothing more may be written until `drained`. */
  filled(bytes: number): boolean {
    this.#full = this.#unsent > 0 && bytes >= this.#bytes;
    return this.#full;
  }

  readonly #left = (error?: Error | null): void => {
    this.#unsent--;
    // A write that fails is the end of its stream, which is told in another way.
    if (!this.#full || this.#unsent > 0 || (error !== undefined && error !== null)) return;
    this.#full = false;
    this.#drained();
  };
}
