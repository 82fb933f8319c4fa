/** What Kubernetes allows the evaluation of rules to cost, in CEL's units. pkg/apis/cel/config.go, pkg/apis/apiextensions/validation. */

/** One evaluation of one expression. */
export const evaluationCostLimit = 1_000_000;
/** All evaluations for one object. */
export const objectCostBudget = 10_000_000;
/**
 * Evaluations for one object, whatever they cost: two or three seconds of the cheapest. Kubernetes has no such limit; its own
 * is met before by all but lists of hundreds of thousands of numbers with rules.
 */
export const maxEvaluations = 1_000_000;
/** What one expression may come to by its estimate, as often as values can be there, when it is created. */
export const expressionCostLimit = 10_000_000n;
/** The same for all expressions of a schema together. */
export const schemaCostLimit = 100_000_000n;
/** Of a message that an expression made, in bytes. */
export const maxMessageBytes = 5 * 1024;
/**
 * Of all expressions of a definition together, in UTF-16 code units: some seconds to compile. Kubernetes has no such limit; the
 * largest definitions that people have are far below.
 */
export const maxExpressionLength = 512 * 1024;
