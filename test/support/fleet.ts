import { expectedEvents, type Selects } from '../model/expected-events.ts';
import { type Change, type GuaranteeName, guarantees } from '../model/guarantees.ts';
import type { StoreHistory } from './store-history.ts';
import { type ConnectionEnd, WatchClient, type WatchRequest } from './watch-client.ts';
import { nodes } from './writer.ts';

/** What a watch asks for, and what that means. */
export interface Kind {
  readonly request: WatchRequest;
  readonly selects: Selects;
}

const label = (selector: string, selects: Selects): Kind => ({
  request: { path: '', query: { labelSelector: selector } },
  selects,
});
const field = (selector: string, selects: Selects): Kind => ({
  request: { path: '', query: { fieldSelector: selector } },
  selects,
});

const selections: readonly Kind[] = [
  { request: { path: '' }, selects: () => true },
  { request: { path: '', query: { allowWatchBookmarks: 'true' } }, selects: () => true },
  label('tier=web', ({ labels }) => labels['tier'] === 'web'),
  label('tier in (web, data)', ({ labels }) => labels['tier'] !== undefined),
  label('tier!=web', ({ labels }) => labels['tier'] !== 'web'),
  label('!tier', ({ labels }) => labels['tier'] === undefined),
  ...[0, 1, 2, 3].map((i) => field(`metadata.name=o${i}`, ({ name }) => name === `o${i}`)),
  field('metadata.namespace=a', ({ namespace }) => namespace === 'a'),
];

const podSelections: readonly Kind[] = [
  ...nodes.map((node) => field(`spec.nodeName=${node}`, ({ nodeName }) => nodeName === node)),
  field('status.phase=Running', ({ phase }) => phase === 'Running'),
  field('status.phase!=Running,spec.nodeName=node-0', (pod) => pod.phase !== 'Running' && pod.nodeName === 'node-0'),
];

/** Every way to select, over everything and in each namespace, of configmaps and of pods. */
export function everyKind(namespaces: readonly string[]): readonly Kind[] {
  return ['configmaps', 'pods'].flatMap((resource) => {
    const all = resource === 'pods' ? [...selections, ...podSelections] : selections;
    const places = [undefined, ...namespaces];
    return places.flatMap((place) =>
      all.map(({ request: { query }, selects }): Kind => {
        const path = place === undefined ? `/api/v1/${resource}` : `/api/v1/namespaces/${place}/${resource}`;
        return {
          request: { path, ...(query === undefined ? {} : { query }) },
          selects: (object) =>
            object.resource === resource && (place === undefined || object.namespace === place) && selects(object),
        };
      }),
    );
  });
}

/** What may be wrong with one watch. */
type Fault = GuaranteeName | 'incomplete' | 'wrong state' | 'nonsense' | 'ended';

/** One watch of a fleet. */
export class Member {
  readonly client: WatchClient;
  readonly #selects: Selects;
  readonly #mayEnd: readonly ConnectionEnd[];
  /** Changes before this place have been judged. */
  #judged = 0;
  /** What has been judged ends here. */
  #judgedTo = 0;

  constructor({ request, selects }: Kind, mayEnd: readonly ConnectionEnd[] = []) {
    this.client = new WatchClient(request);
    this.#selects = selects;
    this.#mayEnd = mayEnd;
  }

  /** It is to begin after `revision`, when nothing was there yet. */
  begin(revision: number): void {
    this.client.begin(revision, new Map());
    this.#judgedTo = revision;
  }

  /** Opens it: with the state, or after the history's end with what was there then. */
  async open(url: string, history: StoreHistory): Promise<void> {
    const { client } = this;
    if (client.request.withState !== true) client.begin(history.last, this.expectedState(history));
    await client.connect(url);
    if (client.request.withState === true) await client.stateReceived();
    this.#judgedTo = client.from;
  }

  /** Begins like {@link open} without the state, and goes on whenever it is ended. */
  follow(url: string, history: StoreHistory, signal: AbortSignal): Promise<void> {
    this.client.begin(history.last, this.expectedState(history));
    this.#judgedTo = history.last;
    return this.client.follow(url, signal);
  }

  expectedState(history: StoreHistory): Map<string, string> {
    const state = new Map<string, string>();
    for (const [key, { revision, object }] of history.at(history.last)) {
      if (object !== undefined && this.#selects(object)) state.set(key, `${revision} ${object.mark}`);
    }
    return state;
  }

  /** What came in since it was last judged should be this. */
  expected(history: StoreHistory): Change[] {
    return expectedEvents(history.changes, this.#selects).filter(({ revision }) => revision > this.#judgedTo);
  }

  /** Resolves when as much has come in as should have. */
  async caughtUp(history: StoreHistory): Promise<void> {
    const count = this.#judged + this.expected(history).length;
    await this.client.until(() => this.client.changes.length >= count || this.#endedWrongly, `${count} changes`);
  }

  /** Resolves when its state is what the store's is: for when not every event can be known. */
  settled(history: StoreHistory): Promise<void> {
    const want = textOf(this.expectedState(history));
    return this.client.until(() => textOf(this.client.state) === want || this.#endedWrongly, `the state ${want}`);
  }

  /** Judges what came since it was last judged against every change in the history. */
  faults(history: StoreHistory): Fault[] {
    const want = this.expected(history);
    const changes = this.client.changes.slice(this.#judged);
    const bookmarks = this.client.bookmarks
      .filter(({ after, revision }) => after >= this.#judged && revision > this.#judgedTo)
      .map(({ after, revision }) => ({ after: after - this.#judged, revision }));
    const record = { from: this.#judgedTo, batches: changes.map((change) => [change]), bookmarks };
    const names = Object.keys(guarantees) as GuaranteeName[];
    const faults: Fault[] = names.filter((name) => !guarantees[name](record, want));
    if (changes.length !== want.length) faults.push('incomplete');
    this.#judged = this.client.changes.length;
    this.#judgedTo = history.last;
    return [...faults, ...this.#lastingFaults(history)];
  }

  /**
   * Judges what came since it was last judged by what it led to: for when the store forgot changes before the server
   * could see them. Nothing may come twice, revisions never go back.
   */
  faultsOfDifference(history: StoreHistory): Fault[] {
    const changes = this.client.changes.slice(this.#judged);
    const record = { from: this.#judgedTo, batches: changes.map((change) => [change]), bookmarks: [] };
    const faults: Fault[] = (['ordered', 'unique'] as const).filter((name) => !guarantees[name](record, []));
    if (changes.some(({ revision }) => revision <= this.#judgedTo)) faults.push('unique');
    this.#judged = this.client.changes.length;
    this.#judgedTo = history.last;
    return [...faults, ...this.#lastingFaults(history)];
  }

  #lastingFaults(history: StoreHistory): Fault[] {
    const faults: Fault[] = [];
    if (this.client.faults.length > 0) faults.push('nonsense');
    if (textOf(this.client.state) !== textOf(this.expectedState(history))) faults.push('wrong state');
    if (this.#endedWrongly) faults.push('ended');
    return faults;
  }

  get #endedWrongly(): boolean {
    return this.client.ends.some((end) => !this.#mayEnd.includes(end));
  }
}

const textOf = (state: ReadonlyMap<string, string>): string =>
  [...state]
    .map(([key, version]) => `${key} ${version}`)
    .sort()
    .join('\n');

/** Many watches, judged together. */
export class Fleet {
  readonly members: readonly Member[];

  constructor(members: readonly Member[]) {
    this.members = members;
  }

  /**
   * `count` watches, of every kind in turn; every fourth begins with the state. `mayEnd`: how their connections may end;
   * without it they must not.
   */
  static of(kinds: readonly Kind[], count: number, mayEnd: readonly ConnectionEnd[] = []): Fleet {
    return new Fleet(
      Array.from({ length: count }, (_, i) => {
        const { request, selects } = kinds[i % kinds.length] as Kind;
        return new Member({ request: { ...request, withState: i % 4 === 3 }, selects }, mayEnd);
      }),
    );
  }

  async open(url: string, history: StoreHistory): Promise<void> {
    await Promise.all(this.members.map((member) => member.open(url, history)));
  }

  /**
   * One watch of each kind that asks for bookmarks and for an end after `seconds`: clients that come and go, and mostly
   * go on from a bookmark.
   */
  static ofVisitors(kinds: readonly Kind[], seconds: number): Fleet {
    return new Fleet(
      kinds.map(({ request, selects }) => {
        const query = { ...request.query, allowWatchBookmarks: 'true', timeoutSeconds: `${seconds}` };
        return new Member({ request: { ...request, query }, selects }, ['clean']);
      }),
    );
  }

  /** Resolves when `signal` says so. */
  async follow(url: string, history: StoreHistory, signal: AbortSignal): Promise<void> {
    await Promise.all(this.members.map((member) => member.follow(url, history, signal)));
  }

  /** Everybody is to begin after `revision`, when nothing was there yet. */
  begin(revision: number): void {
    for (const member of this.members) member.begin(revision);
  }

  /** Everybody goes on where they were, at this server. */
  async resume(url: string): Promise<void> {
    await Promise.all(this.members.map(({ client }) => client.connect(url)));
  }

  /** Resolves when nobody is connected any more. */
  async ended(): Promise<void> {
    await Promise.all(this.members.map(({ client }) => client.ended()));
  }

  /** What is wrong with what has come in, by watch, if this is everything that happened. */
  verdict(history: StoreHistory): string[] {
    return this.#faults((member) => member.faults(history));
  }

  /** Waits until everybody has everything there is, and judges it: what is wrong, by watch. */
  async judge(history: StoreHistory): Promise<string[]> {
    await history.catchUp();
    await Promise.all(this.members.map((member) => member.caughtUp(history)));
    return this.verdict(history);
  }

  /** The same where changes were compacted away before the server could see them. */
  async judgeDifference(history: StoreHistory): Promise<string[]> {
    await history.catchUp();
    await Promise.all(this.members.map((member) => member.settled(history)));
    return this.#faults((member) => member.faultsOfDifference(history));
  }

  get changes(): number {
    return this.members.reduce((sum, { client }) => sum + client.changes.length, 0);
  }

  close(): void {
    for (const { client } of this.members) client.close();
  }

  /** The first few, one line each. */
  #faults(of: (member: Member) => readonly Fault[]): string[] {
    const faulty = this.members.flatMap((member) => {
      const faults = of(member);
      if (faults.length === 0) return [];
      const { request, faults: nonsense, ends } = member.client;
      return [
        `${request.path} ${JSON.stringify(request)}: ${faults.join()} ${nonsense.slice(0, 3).join()} ${ends.join()}`,
      ];
    });
    return faulty.length > 5 ? [...faulty.slice(0, 5), `${faulty.length} in all`] : faulty;
  }
}
