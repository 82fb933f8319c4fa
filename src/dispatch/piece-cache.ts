import type { Cohort } from './cohort.ts';

/** Pieces kept, at most: with their two encodings some megabytes, while anybody lags. */
const maxPieces = 8;

/**
 * The newest pieces made for cohorts with several watchers: when a herd reconnects, or many sockets push back at once,
 * they read the same piece of history one after the other, and it is selected and encoded for the first of them only.
 */
export class PieceCache<Piece> {
  readonly #pieces = new Map<string, Piece>();

  get size(): number {
    return this.#pieces.size;
  }

  /** `at`: where the piece begins, unique within the cohort. */
  get(cohort: Cohort, at: string, make: () => Piece): Piece {
    if (cohort.watchers < 2) return make();
    const key = `${cohort.id}:${at}`;
    let piece = this.#pieces.get(key);
    if (piece === undefined) {
      piece = make();
      for (const oldest of this.#pieces.keys()) {
        if (this.#pieces.size < maxPieces) break;
        this.#pieces.delete(oldest);
      }
      this.#pieces.set(key, piece);
    }
    return piece;
  }

  clear(): void {
    this.#pieces.clear();
  }
}
