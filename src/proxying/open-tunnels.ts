/**
 * What is open for as long as its two ends like: ended together when the server drains. Each holds its own buffers; how many
 * there may be is decided before one is opened.
 */
export class OpenTunnels {
  readonly #open = new Set<() => void>();
  #draining = false;

  constructor(shutdown: AbortSignal) {
    if (shutdown.aborted) this.#endAll();
    else shutdown.addEventListener('abort', () => this.#endAll(), { once: true });
  }

  get size(): number {
    return this.#open.size;
  }

  /**
   * `end` is called at most once, and at once when the server drains already. It ends the tunnel as if the far side had, and
   * must not throw. The function returned says that the tunnel is over by itself.
   */
  add(end: () => void): () => void {
    if (this.#draining) {
      end();
      return () => undefined;
    }
    this.#open.add(end);
    return () => void this.#open.delete(end);
  }

  #endAll(): void {
    this.#draining = true;
    const open = [...this.#open];
    this.#open.clear();
    for (const end of open) end();
  }
}
