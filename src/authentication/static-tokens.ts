import { createHash } from 'node:crypto';
import type { UserInfo } from '../machinery/request-context.ts';
import type { TokenAnswer, TokenAuthenticator } from '../machinery/token-authenticator.ts';
import { invalidToken } from './unknown-tokens.ts';

/** Tokens that somebody wrote down, with whose they are. They are good for as long as the server runs. */
export class StaticTokens implements TokenAuthenticator {
  /** By the digest of a token: looking one up tells nobody, by the time it takes, how much of it is right. */
  readonly #users = new Map<string, UserInfo>();
  readonly #audiences: readonly string[];

  /** `audiences`: those of this server, for which all of these tokens are. */
  constructor(users: Iterable<readonly [token: string, user: UserInfo]>, audiences: readonly string[] = []) {
    this.#audiences = audiences;
    for (const [token, user] of users) this.add(token, user);
  }

  add(token: string, user: UserInfo): void {
    this.#users.set(digestOf(token), user);
  }

  async authenticate(token: string, audiences: readonly string[]): Promise<TokenAnswer> {
    const user = this.#users.get(digestOf(token));
    if (user === undefined) return { user: undefined, why: invalidToken };
    if (audiences.length === 0) return { user, audiences: this.#audiences };
    const shared = audiences.filter((audience) => this.#audiences.includes(audience));
    return shared.length === 0 ? { user: undefined, why: invalidToken } : { user, audiences: shared };
  }
}

export const digestOf = (token: string): string => createHash('sha256').update(token).digest('base64');

/**
 * The lines of a file of tokens: `token,user,uid,"group1,group2"`. A later one of the same token counts.
 * @throws {Error} saying what is wrong in it
 */
export function readStaticTokens(text: string): readonly (readonly [string, UserInfo])[] {
  return recordsOf(text).map((record, index) => {
    const [token = '', name = '', uid = '', groups = ''] = record.map((field) => field.trim());
    if (record.length < 3) {
      throw new Error(`token file must have at least 3 columns (token, user name, user uid), found ${record.length}`);
    }
    if (token === '') throw new Error(`empty token in line ${index + 1}`);
    return [token, { name, uid, groups: groups === '' ? [] : groups.split(','), extra: {} }];
  });
}

/** Values between commas, RFC 4180; a line of nothing is none. @throws {Error} */
function recordsOf(text: string): readonly (readonly string[])[] {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  return lines.map((line) => {
    const fields: string[] = [];
    const field = /(?:"((?:[^"]|"")*)"|([^",]*))(?:,|$)/y;
    while (
      field.lastIndex < line.length ||
      (fields.length > 0 && line.endsWith(',') && field.lastIndex === line.length)
    ) {
      const start = field.lastIndex;
      const found = field.exec(line);
      if (found === null) throw new Error(`a stray quote in ${JSON.stringify(line.slice(start, start + 20))}`);
      fields.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
      if (field.lastIndex === start) break;
    }
    return fields;
  });
}
