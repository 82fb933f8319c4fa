import type { Replayed } from './replay.ts';

/** A class of answers that are not those of kube-apiserver, and why they stay so for now. */
export interface KnownDifference {
  /** Of the answer: `NAME OF THE CASE › STEP`. */
  readonly answer: RegExp;
  /** The first place that differs, of all classes that fit the answer: `status`, `body.message`. */
  readonly at: RegExp;
  readonly why: string;
}

export const answerOf = ({ name, step }: Pick<Replayed, 'name' | 'step'>): string => `${name} › ${step}`;

export const knownDifferences: readonly KnownDifference[] = [
  {
    answer: /DELETE \/metrics/,
    at: /content-type/,
    why: 'metrics are not set back: DELETE reads them as any other method does',
  },
  {
    answer: /^DeviceClass, full: mistakes › create, .*: spec\.selectors\.0\.cel/,
    at: /status/,
    why: 'expressions about devices are not compiled, so only those that are too long are refused',
  },
  {
    answer: /^ResourceSlice, full: life › /,
    at: /managedFields/,
    why: 'a look at the range of a policy makes its quantities others in the original, so that whoever writes next manages the devices',
  },
  {
    answer: /^DaemonSet, full: life › get as table/,
    at: /annotations/,
    why: 'rows of daemon sets show the annotation with the generation of the template, which the original has only in whole objects',
  },
  {
    answer: /^merge patch › another kind/,
    at: /message/,
    why: 'managers of one second have no order, and the object in a message shows them in one',
  },
  {
    answer: /^strategic merge patch › (a container without its key|an unknown directive)/,
    at: /status/,
    why: 'a strategic merge patch that cannot be is 400, and 500 there: it is the client’s fault',
  },
  {
    answer: /apply.* (1: raw by one|\{"apiVersion":"v1","kind":"ConfigMap","metadata":\{"name":)$/,
    at: /message/,
    why: 'what is wrong with YAML is said in the words of another parser',
  },
  {
    answer: /apply-patch.*\{\}$/,
    at: /status/,
    why: 'two documents in one, of which Go’s YAML parser reads the first, are refused',
  },
  {
    answer: /dryRun=All.*"resourceVersion":"(1|x)"/,
    at: /resourceVersion|status/,
    why: 'a dry run of a create shows no resourceVersion, whatever was given; one that is no number is refused in an apply there',
  },
  {
    answer: /DELETE .*application\/yaml;as=Table/,
    at: /content-type/,
    why: 'a Status that was asked for as a table in YAML comes as JSON',
  },
  {
    answer: /(AdmissionPolicy|WebhookConfiguration), .*(xpression|spec\.variables)/,
    at: /status|causes/,
    why: 'CEL expressions are kept as they are written: whether they compile is not looked at',
  },
  {
    answer: /^CertificateSigningRequest, full: /,
    at: /spec\.u(id|sername)|cells\[3\]|digest/,
    why: 'who asks is whoever sent the request, and another user sent it there',
  },
  {
    answer: /^FlowSchema, full: life › /,
    at: /cells\[5\]|managedFields/,
    why: 'the condition Dangling is written by who watches the object, and nobody who reacts is beside the server that answers',
  },
  {
    answer: /^definitions: mistakes › create, .*\.type$/,
    at: /causes/,
    why: 'the schemas within a schema are looked at in no order',
  },
  {
    answer: /^definitions: mistakes › create, a (text|number): .*\.items\.items$/,
    at: /causes/,
    why: 'a text in the place of a schema of items is none, and shown as one without anything there',
  },
  {
    answer: /^definitions: mistakes › create, (removed|null|emptied): .*\.items\.items\.properties$/,
    at: /causes/,
    why: 'what is wrong twice in the same words is said once',
  },
];

/** The class of an answer that differs; undefined: nobody knows of it. */
export function classOf(answer: Replayed): KnownDifference | undefined {
  const [first] = answer.found;
  if (first === undefined) return undefined;
  return knownDifferences.find((known) => known.answer.test(answerOf(answer)) && known.at.test(first.at));
}
