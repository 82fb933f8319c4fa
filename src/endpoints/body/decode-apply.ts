import { jsonTypeName } from '../../machinery/json/json-type-name.ts';
import { emptyObject, JsonSyntaxError } from '../../machinery/json/parse.ts';
import { decodeUtf8 } from '../../machinery/json/utf8.ts';
import { isJsonObject, type JsonObject } from '../../machinery/json-value.ts';
import { badRequest, requestEntityTooLarge } from '../../machinery/status-errors.ts';
import { type ParsedYaml, parseYaml } from './yaml-value.ts';

export interface ReadConfig {
  readonly config: JsonObject;
  /** Keys given twice, as of ParsedYaml. */
  readonly problems: readonly string[];
}

/** Where the YAML reader says that it is it. */
const converting = 'error converting YAML to JSON: ';

/**
 * The configuration that a client wants applied: YAML, or JSON, which is read faster and may be longer. Nothing at all is
 * an object without a kind, which nobody can apply.
 * @throws {ApiError} 400, 413
 */
export function decodeApply(body: Buffer, maxYamlBytes: number): ReadConfig {
  const isJson = /^\s*\{/.test(body.toString('latin1', 0, 64));
  if (!isJson && body.length > maxYamlBytes) throw requestEntityTooLarge(`limit is ${maxYamlBytes}`);
  const { value, problems } = parsed(body, isJson);
  if (value === null) return { config: emptyObject(), problems };
  if (isJsonObject(value)) return { config: value, problems };
  throw badRequest(
    'error decoding patch: error unmarshaling JSON: while decoding JSON: ' +
      `json: cannot unmarshal ${jsonTypeName(value)} into Go value of type map[string]interface {}`,
  );
}

function parsed(body: Buffer, isJson: boolean): ParsedYaml {
  try {
    return parseYaml(decodeUtf8(body));
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const why = error.message;
    if (isJson || !why.startsWith(converting)) throw badRequest(`error decoding patch: ${why}`);
    throw badRequest(`error encoding patch: ${why.slice(converting.length)}`);
  }
}
