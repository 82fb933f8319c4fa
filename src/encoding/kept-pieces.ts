import type { ServedVersion } from '../api/served-version.ts';
import type { StoredObject } from '../translate/stored-object.ts';

/** Pieces of one version. `older` are those of the generation before, if it was used then. */
interface VersionPieces<Piece> {
  generation: number;
  recent: WeakMap<StoredObject, Piece>;
  older: WeakMap<StoredObject, Piece>;
}

/** How a piece is made, and what a usual one takes, for telling in advance whether those of a list would fit. */
export interface PieceMaker<Piece> {
  readonly make: (served: ServedVersion, object: StoredObject) => Piece;
  readonly usualBytes: number;
}

/**
 * What is made of objects, once per revision, and kept for the next list or watch. Nothing is made or kept of what nobody
 * asks for.
 *
 * `maxBytes` bounds what is kept, by generations: when the present one has half of it, it becomes the one before, and
 * what of that was not asked for meanwhile goes. A piece goes earlier with its object, and all of a version with it, because
 * they hold them weakly; it is counted until its generation goes. Lists whose pieces would take more than half are not kept,
 * so that they do not drive out everything else in vain. 0 keeps nothing.
 */
export class KeptPieces<Piece extends { readonly size: number }> {
  readonly #maxBytes: number;
  readonly #maker: PieceMaker<Piece>;
  readonly #kept = new WeakMap<ServedVersion, VersionPieces<Piece>>();
  #generation = 0;
  #recentBytes = 0;
  #olderBytes = 0;

  constructor(maxBytes: number, maker: PieceMaker<Piece>) {
    this.#maxBytes = maxBytes;
    this.#maker = maker;
  }

  /** What is kept at most now, in bytes: of objects that are gone it is not known. */
  get bytes(): number {
    return this.#recentBytes + this.#olderBytes;
  }

  /** The pieces of a version's objects, `count` of which will be asked for. */
  of(served: ServedVersion, count: number): (object: StoredObject) => Piece {
    let pieces = this.#kept.get(served);
    if (pieces === undefined) {
      pieces = { generation: this.#generation, recent: new WeakMap(), older: new WeakMap() };
      this.#kept.set(served, pieces);
    }
    const kept = pieces;
    const keep = count * this.#maker.usualBytes <= this.#maxBytes / 2;
    return (object) => this.#piece(kept, served, object, keep);
  }

  #piece(kept: VersionPieces<Piece>, served: ServedVersion, object: StoredObject, keep: boolean): Piece {
    if (kept.generation !== this.#generation) this.#age(kept);
    const recent = kept.recent.get(object);
    if (recent !== undefined) return recent;
    const piece = kept.older.get(object) ?? this.#maker.make(served, object);
    if (keep && piece.size <= this.#maxBytes / 2) this.#keep(kept, object, piece);
    return piece;
  }

  #keep(kept: VersionPieces<Piece>, object: StoredObject, piece: Piece): void {
    if (this.#recentBytes + piece.size > this.#maxBytes / 2) {
      this.#olderBytes = this.#recentBytes;
      this.#recentBytes = 0;
      this.#generation++;
      this.#age(kept);
    }
    kept.recent.set(object, piece);
    this.#recentBytes += piece.size;
  }

  #age(kept: VersionPieces<Piece>): void {
    kept.older = kept.generation === this.#generation - 1 ? kept.recent : new WeakMap();
    kept.recent = new WeakMap();
    kept.generation = this.#generation;
  }
}
