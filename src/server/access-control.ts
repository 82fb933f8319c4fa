import { randomBytes } from 'node:crypto';
import { AuthenticatorUnion } from '../authentication/authenticator-union.ts';
import { BearerTokens } from '../authentication/bearer-tokens.ts';
import { ClientAuthorities, ClientCertificates } from '../authentication/client-certificates.ts';
import { FrontProxy } from '../authentication/front-proxy.ts';
import { StaticTokens } from '../authentication/static-tokens.ts';
import { TokenCache } from '../authentication/token-cache.ts';
import { TokenUnion } from '../authentication/token-union.ts';
import { unknownTokens } from '../authentication/unknown-tokens.ts';
import { alwaysAllow } from '../authorization/always-allow.ts';
import { alwaysDeny } from '../authorization/always-deny.ts';
import { AuthorizerChain } from '../authorization/authorizer-chain.ts';
import { impersonator } from '../authorization/impersonation.ts';
import { privilegedGroups } from '../authorization/privileged-groups.ts';
import { PolicyIndex, type PolicyResource } from '../authorization/rbac/policy-index.ts';
import { RbacAuthorizer } from '../authorization/rbac/rbac-authorizer.ts';
import type { Clock } from '../base/clock.ts';
import type { Config } from '../config/options.ts';
import type { AccessDeps } from '../endpoints/app-deps.ts';
import type { Authorizer, Impersonator } from '../machinery/authorizer.ts';
import type { RequestAuthenticator } from '../machinery/request-authenticator.ts';
import type { UserInfo } from '../machinery/request-context.ts';
import type { TokenAuthenticator } from '../machinery/token-authenticator.ts';
import type { ObjectEvent } from '../watchcache/object-event.ts';
import type { AccessFiles, Authorities } from './access-files.ts';
import type { LiveKind } from './live-kind.ts';

export interface AccessParts {
  readonly config: Config;
  /** undefined: nobody is asked who he is. */
  readonly files: AccessFiles | undefined;
  /** Those of service accounts; undefined: there are none. */
  readonly tokens: TokenAuthenticator | undefined;
  readonly clock: Clock;
}

const group = 'rbac.authorization.k8s.io';
const policyResources: readonly PolicyResource[] = ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'];

/** Whom the server's own kubeconfig is for. */
const admin: UserInfo = { name: 'kubernetes-admin', uid: '', groups: ['system:masters'], extra: {} };

/** Who comes, as whom, and what he may: put together from what the server was told to ask. */
export class AccessControl implements AccessDeps {
  readonly authorizer: Authorizer;
  /** Whose a bearer token is. */
  readonly tokens: TokenAuthenticator;
  /** Who may do what by roles; undefined: nobody looks. */
  readonly policy: PolicyIndex | undefined;
  readonly impersonator: Impersonator;
  readonly authenticator: RequestAuthenticator | undefined;
  readonly #known: StaticTokens;

  constructor(parts: AccessParts) {
    const { config, files, clock } = parts;
    this.policy = config.authorizationMode.includes('RBAC') ? new PolicyIndex() : undefined;
    this.authorizer = authorizerOf(config.authorizationMode, this.policy);
    this.#known = new StaticTokens(files?.tokens ?? [], audiencesOf(config));
    if (files !== undefined) this.#known.add(files.adminToken, admin);
    this.tokens = new TokenUnion([this.#known, parts.tokens ?? unknownTokens]);
    this.impersonator = impersonator(this.authorizer);
    this.authenticator = files === undefined ? undefined : this.#authenticatorOf(config, files, clock);
  }

  /** A token of somebody's, good for as long as the server runs. */
  tokenFor(user: UserInfo): string {
    const token = randomBytes(32).toString('base64url');
    this.#known.add(token, user);
    return token;
  }

  /** All that is there now. To be called when caches are filled; from then on changes are observed. */
  load(find: (kind: { readonly group: string; readonly resource: string }) => LiveKind | undefined): void {
    for (const resource of this.policy === undefined ? [] : policyResources) {
      find({ group, resource })
        ?.cache.snapshot()
        .visit(undefined, undefined, (object) => {
          this.policy?.set(resource, object, object.parse());
        });
    }
  }

  observe(kind: LiveKind, { current, previous }: ObjectEvent): void {
    const { stored } = kind.kind;
    const scope = current ?? previous;
    if (this.policy === undefined || stored.group !== group || scope === undefined) return;
    this.policy.set(stored.resource as PolicyResource, scope, current?.parse());
  }

  #authenticatorOf(config: Config, { clients, proxies }: AccessFiles, clock: Clock): RequestAuthenticator {
    const now = () => clock.wallTime();
    const known = (authorities: Authorities) => new ClientAuthorities(authorities.certificates, now);
    const lower = (names: readonly string[]) => names.map((name) => name.trim().toLowerCase());
    const all: RequestAuthenticator[] = [];
    if (proxies !== undefined) {
      all.push(
        new FrontProxy(known(proxies), config.requestheaderAllowedNames, {
          names: lower(config.requestheaderUsernameHeaders),
          uids: lower(config.requestheaderUidHeaders),
          groups: lower(config.requestheaderGroupHeaders),
          extraPrefixes: lower(config.requestheaderExtraHeadersPrefix),
        }),
      );
    }
    if (clients !== undefined) all.push(new ClientCertificates(known(clients)));
    // Who asks about a token hears how it is now; who comes with one may have been told so a moment ago.
    all.push(new BearerTokens(new TokenCache(this.tokens, clock)));
    // As in the original: where everybody may do everything, nobody comes who says nothing of himself.
    const anonymous = config.anonymousAuth && !config.authorizationMode.includes('AlwaysAllow');
    return new AuthenticatorUnion(all, anonymous);
  }
}

const audiencesOf = ({ apiAudiences, serviceAccountIssuer }: Config): readonly string[] =>
  apiAudiences.length > 0 ? apiAudiences : serviceAccountIssuer;

/** Whoever is in `system:masters` comes first, as in the original. */
function authorizerOf(modes: readonly string[], policy: PolicyIndex | undefined): Authorizer {
  const authorizerOfMode = (mode: string): Authorizer => {
    if (mode === 'RBAC' && policy !== undefined) return new RbacAuthorizer(policy);
    return mode === 'AlwaysAllow' ? alwaysAllow : alwaysDeny;
  };
  return new AuthorizerChain([
    { name: 'kubernetes.io/system-privileged-group', authorizer: privilegedGroups(['system:masters']) },
    ...modes.map((mode) => ({ name: mode.toLowerCase(), authorizer: authorizerOfMode(mode) })),
  ]);
}
