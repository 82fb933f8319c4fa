/** A document that is costly to make, as it is sent. */
export interface EncodedDocument {
  /** JSON with its newline. */
  readonly body: string;
  /** Changes with the content. Without quotes. */
  readonly etag: string;
}
