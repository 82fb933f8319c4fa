import type { Subscription } from 'rxjs';
import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { ManualClock } from '../../src/base/manual-clock.ts';
import { silentMeter } from '../../src/base/meter.ts';
import { reflectorMetrics } from '../../src/reflector/metrics.ts';
import { Reflector } from '../../src/reflector/reflector.ts';
import type { ReflectorSignal } from '../../src/reflector/reflector-signal.ts';
import type { KeyValue } from '../../src/storage/storage.ts';
import { type ScriptedStorage, settled } from './scripted-storage.ts';

/** Time stands still, but turns of the event loop end. */
class StoppedClock extends ManualClock {
  override endOfTurn(fn: () => void): void {
    realClock.endOfTurn(fn);
  }
}

/** A reflector of `/r/` and what it told. */
export class Listener {
  readonly clock = new StoppedClock();
  readonly signals: ReflectorSignal[] = [];
  readonly reflector: Reflector;
  readonly subscription: Subscription;
  error: unknown;

  readonly storage: ScriptedStorage;

  constructor(storage: ScriptedStorage, replayRevisions = 0) {
    this.storage = storage;
    this.reflector = new Reflector({
      storage,
      prefix: '/r/',
      clock: this.clock,
      random: () => 0.5,
      logger: silentLogger,
      metrics: reflectorMetrics(silentMeter),
      replayRevisions,
    });
    this.subscription = this.reflector.signals.subscribe({
      next: (signal) => this.signals.push(signal),
      error: (error: unknown) => {
        this.error = error;
      },
    });
  }

  /** Timers that somebody waits for: all but that of an open watch, which looks now and then whether it is alive. */
  get waits(): number {
    const watching = this.reflector.state === 'watching' && this.storage.openWatches > 0;
    return this.clock.pending - (watching ? 1 : 0);
  }

  /** Lets pauses end, one after the other, until nothing is left to do. */
  async rest(): Promise<void> {
    await settled();
    for (let pause = 0; this.waits > 0; pause++) {
      if (pause > 100) throw new Error('the reflector never comes to rest');
      this.clock.advance(60_000);
      await settled();
    }
  }

  /** `list`, `page 2`, `listed 5`, `events 6`, `progress 7`. */
  get told(): string[] {
    return this.signals.map((signal) => {
      if (signal.type === 'list') return 'list';
      return `${signal.type} ${signal.type === 'page' ? signal.items.length : signal.revision}`;
    });
  }

  /** What somebody knows who took all signals. */
  state(): Map<string, string> {
    let state = new Map<string, string>();
    let list: KeyValue[] = [];
    for (const signal of this.signals) {
      if (signal.type === 'list') list = [];
      else if (signal.type === 'page') list.push(...signal.items);
      else if (signal.type === 'listed') state = new Map(list.map(({ key, value }) => [key, value.toString()]));
      else if (signal.type === 'events') {
        for (const event of signal.events) {
          if (event.type === 'put') state.set(event.kv.key, event.kv.value.toString());
          else state.delete(event.key);
        }
      }
    }
    return state;
  }
}
