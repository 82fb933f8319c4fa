import type { Gauge } from '../base/meter.ts';

/** One history, as the budget that it shares sees it. */
export interface BudgetMember {
  readonly bytes: number;
  /** When the oldest event came that it can give up; Infinity when it has none. */
  readonly oldestAt: number;
  /** Gives up that event, and tells the budget what is free by it. `now`: for its own metrics. */
  giveUp(now: number): void;
}

export interface HistoryBudgetOptions {
  /** The most that the events' objects may take, of all members together; beyond it there are only their newest events. */
  readonly maxBytes: number;
  /** Events younger than this are promised to whoever comes back. */
  readonly windowMs: number;
  /** Shows the sum. */
  readonly used?: Gauge;
}

/** Whoever was found to be next to give goes on for this part of the budget before all are looked at again. */
const turn = 1 / 1024;

const unseen: Gauge = { set() {} };

/**
 * One bound for what the histories of all kinds keep, shared by use: nobody has a share of its own that others could need.
 *
 * When the sum passes the bound, events older than the window go first, of the kind whose oldest is the oldest: so as long
 * as the budget holds, every kind has its window, and what is left over goes to who writes least often. When all that is
 * left is younger, the budget does not hold, and the kind that takes the most gives: a flood of one kind shortens its own
 * history and no other's. The newest event of a kind stays.
 *
 * The same calls make the same evictions. `spend` is O(1) amortised: all members are looked at once for each thousandth of
 * the budget that is given up, or once for each event when as few are due from each member.
 */
export class HistoryBudget {
  readonly #maxBytes: number;
  readonly #windowMs: number;
  readonly #used: Gauge;
  readonly #members = new Set<BudgetMember>();
  #bytes = 0;
  #giver: BudgetMember | undefined;
  /** The giver was found with events older than the window, and gives only these. */
  #giverIsOld = false;
  /** It was not, and before this nobody else will have any. */
  #youngUntil = 0;
  #toGive = 0;

  constructor({ maxBytes, windowMs, used = unseen }: HistoryBudgetOptions) {
    this.#maxBytes = maxBytes;
    this.#windowMs = windowMs;
    this.#used = used;
  }

  /** What all members take. */
  get bytes(): number {
    return this.#bytes;
  }

  get members(): number {
    return this.#members.size;
  }

  join(member: BudgetMember): void {
    this.#members.add(member);
    this.#add(member.bytes);
  }

  /** The member's bytes are the others' from now on. */
  leave(member: BudgetMember): void {
    if (!this.#members.delete(member)) return;
    if (this.#giver === member) this.#giver = undefined;
    this.#add(-member.bytes);
  }

  /** A member let go of so many bytes. */
  free(bytes: number): void {
    this.#add(-bytes);
  }

  /** A member took so many bytes: whoever is due makes room. `now` is in the milliseconds of the members' events. */
  spend(bytes: number, now: number): void {
    this.#add(bytes);
    while (this.#bytes > this.#maxBytes) {
      const giver = this.#giverAt(now);
      if (giver === undefined) return;
      const before = this.#bytes;
      giver.giveUp(now);
      this.#toGive -= before - this.#bytes;
    }
  }

  #add(bytes: number): void {
    this.#bytes += bytes;
    this.#used.set(this.#bytes);
  }

  #giverAt(now: number): BudgetMember | undefined {
    const giver = this.#giver;
    const due = giver !== undefined && this.#toGive > 0 && giver.oldestAt !== Infinity;
    if (due && (this.#giverIsOld ? this.#isOld(giver, now) : now < this.#youngUntil)) return giver;
    this.#choose(now);
    return this.#giver;
  }

  #choose(now: number): void {
    let oldest: BudgetMember | undefined;
    let largest: BudgetMember | undefined;
    for (const member of this.#members) {
      if (member.oldestAt === Infinity) continue;
      if (oldest === undefined || member.oldestAt < oldest.oldestAt) oldest = member;
      if (largest === undefined || member.bytes > largest.bytes) largest = member;
    }
    this.#giverIsOld = oldest !== undefined && this.#isOld(oldest, now);
    this.#youngUntil = (oldest?.oldestAt ?? now) + this.#windowMs;
    this.#giver = this.#giverIsOld ? oldest : largest;
    this.#toGive = this.#maxBytes * turn;
  }

  #isOld({ oldestAt }: BudgetMember, now: number): boolean {
    return now - oldestAt >= this.#windowMs;
  }
}
