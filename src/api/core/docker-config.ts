import { JsonSyntaxError, parseJsonText } from '../../machinery/json/parse.ts';
import { isJsonObject } from '../../machinery/json-value.ts';

/** What is wrong with the text of a configuration of registries, in the words of Go's decoder: it is a JSON object. */
export function wrongDockerConfig(text: string): string | undefined {
  try {
    const { value } = parseJsonText(text);
    if (value === null || isJsonObject(value)) return undefined;
    const type = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    return `json: cannot unmarshal ${type} into Go value of type map[string]interface {}`;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error.message;
    throw error;
  }
}
