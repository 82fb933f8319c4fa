/** metav1.Status as it ends a command: without a kind, as Kubernetes sends it here. */
export type CommandStatus = Readonly<Record<string, unknown>>;

export const succeeded: CommandStatus = { metadata: {}, status: 'Success' };

/** What went wrong on the way to the command, or to its end. */
export const failed = (why: string): CommandStatus => ({
  metadata: {},
  status: 'Failure',
  message: `Internal error occurred: ${why}`,
  reason: 'InternalError',
  details: { causes: [{ message: why }] },
  code: 500,
});

const exited = (code: number): CommandStatus => ({
  metadata: {},
  status: 'Failure',
  message: `command terminated with non-zero exit code: command terminated with exit code ${code}`,
  reason: 'NonZeroExitCode',
  details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
});

/**
 * What the other side said of a command's end, as the client is to hear it. `protocol`: of the streams; up to the third they
 * end with a text, from the fourth on with a Status.
 */
export function commandStatusOf(said: string, protocol: string): CommandStatus {
  if (said === '') return succeeded;
  if (!/^v[45]\.channel\.k8s\.io$/.test(protocol)) return failed(`error executing remote command: ${said}`);
  const status = parsed(said);
  if (status === undefined) return failed(`error stream protocol error: invalid status in ${JSON.stringify(said)}`);
  if (status.status === 'Success') return succeeded;
  if (status.status !== 'Failure') return failed('error stream protocol error: unknown error');
  if (status.reason !== 'NonZeroExitCode') return failed(status.message ?? '');
  if (status.details === undefined) return failed('error stream protocol error: details must be set');
  const cause = status.details.causes?.find(({ reason }) => reason === 'ExitCode');
  if (cause === undefined) return failed('error stream protocol error: no ExitCode cause given');
  const { message = '' } = cause;
  return /^\d{1,3}$/.test(message) && Number(message) < 256
    ? exited(Number(message))
    : failed(`error stream protocol error: invalid exit code value ${JSON.stringify(message)}`);
}

interface SaidStatus {
  readonly status?: unknown;
  readonly reason?: unknown;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly reason?: unknown; readonly message?: string }[] };
}

function parsed(text: string): SaidStatus | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
