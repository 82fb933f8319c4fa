/** v1.PodLogOptions, decoded and validated. */
export interface LogOptions {
  readonly container: string;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  /** An int64: a bigint where a double cannot hold it. */
  readonly sinceSeconds: number | bigint | undefined;
  /** RFC 3339, UTC, whole seconds. */
  readonly sinceTime: string | undefined;
  readonly tailLines: number | bigint | undefined;
  readonly limitBytes: number | bigint | undefined;
  /** The kubelet's certificate is not to be looked at. */
  readonly insecureSkipTLSVerifyBackend: boolean;
}

/** v1.PodExecOptions; what v1.PodAttachOptions has is a part of it. */
export interface ExecOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
  readonly container: string;
  /** Empty for an attach. */
  readonly command: readonly string[];
}

/** v1.PodPortForwardOptions. */
export interface PortForwardOptions {
  readonly ports: readonly number[];
}
