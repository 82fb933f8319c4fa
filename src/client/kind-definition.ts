import type { JsonSchema } from './json-schema.ts';
import type { StandardSchema } from './standard-schema.ts';

/** A column of `kubectl get`. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  /** `.spec.size` */
  readonly jsonPath: string;
  readonly format?: string;
  readonly description?: string;
  /** Above 0: shown by `-o wide` only. */
  readonly priority?: number;
}

export interface Subresources {
  /** The status is written by itself, and by nothing else. */
  readonly status?: true | Readonly<Record<string, never>>;
  readonly scale?: {
    readonly specReplicasPath: string;
    readonly statusReplicasPath: string;
    readonly labelSelectorPath?: string;
  };
}

/** What a version of a kind has, in the words of a CustomResourceDefinition. */
export interface VersionParts {
  /** A JSON Schema of the whole object, without its type and metadata, or a schema of a library that can print one. */
  readonly schema?: JsonSchema | StandardSchema;
  readonly subresources?: Subresources;
  readonly additionalPrinterColumns?: readonly PrinterColumn[];
  /** By these objects can be selected: `.spec.color`. */
  readonly selectableFields?: readonly (string | { readonly jsonPath: string })[];
}

export interface VersionDefinition extends VersionParts {
  readonly name: string;
  /** Default: true. */
  readonly served?: boolean;
  /** What the store holds. Default: the first version. */
  readonly storage?: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
}

/** Who converts objects between versions that differ in more than their names. */
export interface WebhookConversion {
  readonly strategy: 'Webhook';
  readonly webhook: {
    readonly clientConfig: {
      readonly url?: string;
      readonly service?: {
        readonly name: string;
        readonly namespace: string;
        readonly path?: string;
        readonly port?: number;
      };
      /** PEM, in base64. */
      readonly caBundle?: string;
    };
    readonly conversionReviewVersions: readonly string[];
  };
}

/** What {@link defineKind} takes. What versions have in common is said once, beside them. */
export interface KindDefinition extends VersionParts {
  readonly group: string;
  /** `Widget` */
  readonly kind: string;
  /** Names, or more about each. The first one is what clients of the kind use. */
  readonly versions: readonly [string | VersionDefinition, ...(string | VersionDefinition)[]];
  /** Default: Namespaced. */
  readonly scope?: 'Namespaced' | 'Cluster';
  /** Default: as Kubernetes' clients guess it of the kind. */
  readonly plural?: string;
  /** Default: the kind, in lower case. */
  readonly singular?: string;
  /** Default: the kind and `List`. */
  readonly listKind?: string;
  readonly shortNames?: readonly string[];
  /** `all`: it is in `kubectl get all`. */
  readonly categories?: readonly string[];
  /** Default: versions differ in what their schemas say only. */
  readonly conversion?: { readonly strategy: 'None' } | WebhookConversion;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}
