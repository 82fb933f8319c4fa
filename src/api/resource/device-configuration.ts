import {
  checkEach,
  type FieldError,
  invalidValue,
  requiredValue,
  tooLong,
  tooMany,
} from '../../machinery/field-error.ts';
import { encodeJson } from '../../machinery/json/encode.ts';
import { isJsonObject, type JsonValue } from '../../machinery/json-value.ts';
import type { RuleErrors } from '../../machinery/validation/rule-errors.ts';
import type { DeviceSelector, OpaqueDeviceConfiguration } from '../types/resource-v1.generated.ts';
import { checkExpression } from './cel-expression.ts';
import { checkDeclaredDriverName } from './resource-names.ts';

/** Of claims and classes each; what was allocated has both. */
export const maxConfigurations = 32;
const maxSelectors = 32;
/** Of what drivers read: parameters, and what they say of a device. */
export const maxRawBytes = 10 * 1024;

/** What devices must be to be selected. `known`: these were there before. */
export function checkDeviceSelectors(
  selectors: readonly DeviceSelector[] | undefined,
  path: string,
  { written, declared }: RuleErrors,
  known = false,
): void {
  const count = selectors?.length ?? 0;
  if (count > maxSelectors) {
    declared.push(tooMany(path, count, maxSelectors));
    return;
  }
  checkEach(selectors, path, written, ({ cel }, at) => {
    if (cel === undefined) written.push(requiredValue(`${at}.cel`));
    else if (!known) checkExpression(cel.expression ?? '', `${at}.cel.expression`, written);
  });
}

/** What a driver is told. `known`: it was there before, when it might be longer. */
export function checkDeviceConfiguration(
  { opaque }: { readonly opaque?: OpaqueDeviceConfiguration },
  path: string,
  errors: RuleErrors,
  known = false,
): void {
  if (opaque === undefined) {
    errors.written.push(requiredValue(`${path}.opaque`));
    return;
  }
  checkDeclaredDriverName(opaque.driver ?? '', `${path}.opaque.driver`, errors);
  checkRawObject(opaque.parameters, `${path}.opaque.parameters`, errors.written, known);
}

/** Adds to `errors` what is wrong with what should be an object that only a driver understands. */
export function checkRawObject(value: JsonValue | undefined, path: string, errors: FieldError[], known = false): void {
  if (value === undefined || value === null) errors.push(requiredValue(path));
  else if (!known && Buffer.byteLength(encodeJson(value)) > maxRawBytes) errors.push(tooLong(path, maxRawBytes));
  else if (!isJsonObject(value)) errors.push(invalidValue(path, '<value omitted>', 'must be a valid JSON object'));
}
