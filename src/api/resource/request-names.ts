import { type FieldError, invalidValue } from '../../machinery/field-error.ts';
import { checkDeclaredList, type RuleErrors } from '../../machinery/validation/rule-errors.ts';
import type { DeviceClaim } from '../types/resource-v1.generated.ts';
import { checkLabelName } from './resource-names.ts';

/** Requests of one claim; what refers to them names no more. */
export const maxRequests = 32;

/** What a claim calls its requests, and the alternatives that some of them have. */
export class RequestNames {
  readonly #alternatives = new Map<string, ReadonlySet<string>>();

  constructor({ requests }: DeviceClaim) {
    for (const { name = '', firstAvailable = [] } of requests ?? []) {
      this.#alternatives.set(name, new Set(firstAvailable.map((alternative) => alternative.name ?? '')));
    }
  }

  /** Looks at a list of names, each of a request, or of a request and an alternative of it with a slash between them. */
  check(names: readonly string[] | undefined, path: string, errors: RuleErrors): void {
    const list = { max: maxRequests, keyOf: (name: string) => name };
    checkDeclaredList(names, path, errors, list, (name, at, { written }) => this.checkOne(name, at, written));
  }

  checkOne(name: string, path: string, errors: FieldError[]): void {
    const unknown = () =>
      errors.push(
        invalidValue(
          path,
          name,
          "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'",
        ),
      );
    const [request = '', alternative, more] = name.split('/', 3);
    if (more !== undefined) {
      unknown();
      return;
    }
    checkLabelName(request, path, errors);
    if (alternative !== undefined) checkLabelName(alternative, path, errors);
    const alternatives = this.#alternatives.get(request);
    if (alternatives === undefined || (alternative !== undefined && !alternatives.has(alternative))) unknown();
  }
}
