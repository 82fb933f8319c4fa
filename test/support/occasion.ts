import type { Occasion } from '../../src/api/strategy/strategy.ts';
import { unsecuredUser } from '../../src/machinery/request-context.ts';

/** For rules that do not care who writes, and when. */
export const occasion: Occasion = { user: unsecuredUser, now: 0, warn: () => undefined };
