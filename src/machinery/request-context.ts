/** Who asks. user.Info. */
export interface UserInfo {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** Whoever comes in where nobody is asked who he is: as kube-apiserver called the users of its insecure port. */
export const unsecuredUser: UserInfo = {
  name: 'system:unsecured',
  uid: '',
  groups: ['system:masters', 'system:authenticated'],
  extra: {},
};

/** More, and answers would outgrow what clients take as headers. */
const maxWarnings = 128;

/** What stays the same when other parts of a context change: it is the request's, however often it was narrowed. */
interface Shared {
  readonly auditId: string;
  readonly warnings: Set<string>;
  aborted: boolean;
  onAbort: (() => void) | undefined;
}

/** What each stage on the way to the registry learns about a request. */
export interface RequestFacts {
  readonly user: UserInfo;
  /** Kubernetes' verb: `create`, `deletecollection`; the method in lower case where no resource is asked for. */
  readonly verb: string;
  /** Whose the fields are that this request sets; '' when nobody said. */
  readonly fieldManager: string;
  /** What the client calls itself; '' when it does not. */
  readonly userAgent: string;
  /** Everything is checked and answered as if, and nothing is written. */
  readonly dryRun: boolean;
  /** In the clock's `now`: nobody waits beyond it. */
  readonly deadline: number;
}

const unknown: RequestFacts = {
  user: unsecuredUser,
  verb: '',
  fieldManager: '',
  userAgent: '',
  dryRun: false,
  deadline: Number.POSITIVE_INFINITY,
};

/**
 * One request, from the outermost filter to admission: who asks what, how long it may take, whether anybody still waits,
 * and what he should hear beside the answer. Stages that learn more pass on a narrowed context; warnings and cancellation
 * are common to all of them. Knows nothing of HTTP.
 */
export class RequestContext implements RequestFacts {
  readonly user: UserInfo;
  readonly verb: string;
  readonly fieldManager: string;
  readonly userAgent: string;
  readonly dryRun: boolean;
  readonly deadline: number;
  readonly #shared: Shared;

  private constructor(facts: RequestFacts, shared: Shared) {
    this.user = facts.user;
    this.verb = facts.verb;
    this.fieldManager = facts.fieldManager;
    this.userAgent = facts.userAgent;
    this.dryRun = facts.dryRun;
    this.deadline = facts.deadline;
    this.#shared = shared;
  }

  static of(auditId: string, facts: Partial<RequestFacts> = {}): RequestContext {
    return new RequestContext(
      { ...unknown, ...facts },
      { auditId, warnings: new Set(), aborted: false, onAbort: undefined },
    );
  }

  /** For what a part of the server does by itself: a controller. */
  static internal(name: string, facts: Partial<RequestFacts> = {}): RequestContext {
    const user = { name, uid: '', groups: ['system:masters', 'system:authenticated'], extra: {} };
    return RequestContext.of('', { user, fieldManager: name, ...facts });
  }

  /** The same request, of which more is known. */
  with(facts: Partial<RequestFacts>): RequestContext {
    const { user, verb, fieldManager, userAgent, dryRun, deadline } = this;
    return new RequestContext({ user, verb, fieldManager, userAgent, dryRun, deadline, ...facts }, this.#shared);
  }

  get auditId(): string {
    return this.#shared.auditId;
  }

  /** True once nobody waits for the answer any more. A transaction on its way goes on; another attempt is not made. */
  get aborted(): boolean {
    return this.#shared.aborted;
  }

  /** Idempotent. */
  abort(): void {
    this.#shared.aborted = true;
    this.#shared.onAbort?.();
  }

  /** For the one who writes the answer: called when it is aborted, at once if it is already. `fn` replaces the one before. */
  onAbort(fn: (() => void) | undefined): void {
    this.#shared.onAbort = fn;
    if (this.#shared.aborted) fn?.();
  }

  /** Something the client should hear of beside the answer. Texts are sent once each, 128 at most. */
  warn(text: string): void {
    if (this.#shared.warnings.size < maxWarnings) this.#shared.warnings.add(text);
  }

  get warnings(): ReadonlySet<string> {
    return this.#shared.warnings;
  }
}
