/** A name of 255 characters, a tag of 128 and a digest: nothing longer is a reference to an image. */
const maxReferenceLength = 600;
const maxNameLength = 255;

const domain =
  /^(?:\[[0-9a-fA-F:]+\]|[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*)(?::[0-9]+)?$/;
const pathComponent = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const tagForm = /^\w[\w.-]{0,127}$/;
const identifier = /^[a-f0-9]{64}$/;
/** Hexadecimal digits that a digest has, by its algorithm. */
const digestLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/**
 * The tag of a reference to a container image: `latest` when it has neither tag nor digest, '' when it has a digest alone
 * or is no reference at all.
 */
export function imageTag(image: string): string {
  if (image.length > maxReferenceLength || identifier.test(image)) return '';
  const at = image.indexOf('@');
  const digest = at === -1 ? '' : image.slice(at + 1);
  if (at !== -1 && !isDigest(digest)) return '';
  const named = at === -1 ? image : image.slice(0, at);
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const name = colon === -1 ? named : named.slice(0, colon);
  const tag = colon === -1 ? '' : named.slice(colon + 1);
  if (!isName(name) || (colon !== -1 && !tagForm.test(tag))) return '';
  return tag === '' && digest === '' ? 'latest' : tag;
}

/** What stands before the first slash is a domain when it looks like one: a dot, a port, `localhost`, an upper case letter. */
function isName(name: string): boolean {
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  const hasDomain = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  const path = hasDomain ? name.slice(slash + 1) : name;
  return (
    name.length <= maxNameLength &&
    (!hasDomain || domain.test(first)) &&
    path.split('/').every((component) => pathComponent.test(component))
  );
}

function isDigest(digest: string): boolean {
  const [algorithm = '', hex = '', more] = digest.split(':', 3);
  if (more !== undefined || !Object.hasOwn(digestLengths, algorithm)) return false;
  return hex.length === digestLengths[algorithm] && /^[a-f0-9]+$/.test(hex);
}
