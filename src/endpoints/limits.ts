/** The bounds of the HTTP layer. `server/` fills them from the options. */
export interface EndpointLimits {
  /** Largest JSON body: kube-apiserver's own limit. */
  readonly maxBodyBytes: number;
  /** Largest YAML body: parsing costs some 300 ms of the event loop per megabyte, so it gets less. */
  readonly maxYamlBodyBytes: number;
  /** Reads in progress, watches not counted; 0: no limit. */
  readonly maxReadsInFlight: number;
  /** Writes in progress; 0: no limit. */
  readonly maxWritesInFlight: number;
  /** Open watches; 0: no limit. */
  readonly maxWatches: number;
  /** Requests in progress that are answered elsewhere, by kubelets, pods and what stands behind services; 0: no limit. */
  readonly maxConnects: number;
  /** What may wait in one watch's socket before its watcher is told to stop. One batch more can come on top. */
  readonly watchBufferBytes: number;
  readonly requestTimeoutMs: number;
}

export const defaultLimits: EndpointLimits = {
  maxBodyBytes: 3 * 1024 * 1024,
  maxYamlBodyBytes: 512 * 1024,
  maxReadsInFlight: 400,
  maxWritesInFlight: 200,
  maxWatches: 50_000,
  maxConnects: 5_000,
  watchBufferBytes: 64 * 1024,
  requestTimeoutMs: 60_000,
};
