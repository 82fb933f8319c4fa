import { isMandatory } from '../../api/flowcontrol/bootstrap-flow-control.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { objectsAt, textAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';

/** The priority level that a flow schema names. */
export const levelOf = (schema: JsonObject): string => textAt(schema, 'spec', 'priorityLevelConfiguration', 'name');

/**
 * The condition that says whether the priority level of a flow schema is missing; undefined: the schema says so already.
 * `exists`: whether there is one of the name; those that have to be there are, whatever the store has.
 */
export function danglingCondition(schema: JsonObject, exists: boolean, time: string): JsonObject | undefined {
  const level = levelOf(schema);
  const found = exists || isMandatory(level);
  const status = found ? 'False' : 'True';
  const reason = found ? 'Found' : 'NotFound';
  const outcome = found ? 'and it exists' : 'but there is no such object';
  const message = `This FlowSchema references the PriorityLevelConfiguration object named ${goQuote(level)} ${outcome}`;
  const said = objectsAt(schema, 'status', 'conditions').find((one) => textAt(one, 'type') === 'Dangling');
  if (textAt(said, 'status') === status && textAt(said, 'reason') === reason && textAt(said, 'message') === message) {
    return undefined;
  }
  return { type: 'Dangling', status, reason, lastTransitionTime: time, message };
}
