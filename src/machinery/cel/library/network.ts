import { goQuote } from '../../go-quote.ts';
import { ipText, isInCidr, networkOf } from '../../ip-address.ts';
import { type FunctionDeclaration, method, overload } from '../function.ts';
import type { Meter } from '../meter.ts';
import { boolType, intType, opaqueType, stringType } from '../type.ts';
import { CelError, isError, noSuchOverload, Opaque, type Value } from '../value.ts';
import { isMapped4, type NetAddress, NetError, type NetPrefix, parseAddress, parsePrefix } from './go-netip.ts';

export const ipType = opaqueType('net.IP');
export const cidrType = opaqueType('net.CIDR');

/** Made by `ip(…)`. */
export class IpValue extends Opaque {
  override readonly type = ipType;
  readonly address: NetAddress;

  constructor(address: NetAddress) {
    super();
    this.address = address;
  }

  get text(): string {
    return ipText(this.address);
  }

  override get size(): number {
    return this.address.bytes.length;
  }

  override equals(other: IpValue): boolean {
    return this.text === other.text;
  }
}

/** Made by `cidr(…)`: an address, and how many bits of it are those of a network. */
export class CidrValue extends Opaque {
  override readonly type = cidrType;
  readonly prefix: NetPrefix;

  constructor(prefix: NetPrefix) {
    super();
    this.prefix = prefix;
  }

  get text(): string {
    return `${ipText(this.prefix.address)}/${this.prefix.bits}`;
  }

  override get size(): number {
    return Math.ceil(this.prefix.bits / 8);
  }

  override equals(other: CidrValue): boolean {
    return this.text === other.text;
  }

  contains(address: NetAddress): boolean {
    return isInCidr(this.prefix, address);
  }
}

const mapped = (text: string): CelError => new CelError(`IPv4-mapped IPv6 address ${goQuote(text)} is not allowed`);

function toIp(text: string): IpValue | CelError {
  try {
    const address = parseAddress(text);
    if (address.zone !== '') return new CelError(`IP address ${goQuote(text)} with zone value is not allowed`);
    return isMapped4(address) ? mapped(text) : new IpValue(address);
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    return new CelError(`IP Address ${goQuote(text)} parse error during conversion from string: ${error.message}`);
  }
}

const cidrFailure = 'network address parse error during conversion from string: ';

function toCidr(text: string): CidrValue | CelError {
  try {
    const prefix = parsePrefix(text);
    if (isMapped4(prefix.address)) return new CelError(`${cidrFailure}${mapped(text).message}`);
    return new CidrValue(prefix);
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    return new CelError(`${cidrFailure}${cidrFailure}${error.message}`);
  }
}

type Test = (address: NetAddress) => boolean;

const isUnspecified: Test = ({ bytes }) => bytes.every((byte) => byte === 0);
const isLoopback: Test = ({ family, bytes }) =>
  family === 4 ? bytes[0] === 127 : bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1;
const isMulticast: Test = ({ family, bytes: [first = 0] }) => (family === 4 ? (first & 0xf0) === 0xe0 : first === 0xff);
const isLinkLocalUnicast: Test = ({ family, bytes: [first = 0, second = 0] }) =>
  family === 4 ? first === 169 && second === 254 : first === 0xfe && (second & 0xc0) === 0x80;
const isLinkLocalMulticast: Test = ({ family, bytes: [first = 0, second = 0, third = 0] }) =>
  family === 4 ? first === 224 && second === 0 && third === 0 : first === 0xff && (second & 0x0f) === 0x02;
const isBroadcast: Test = ({ family, bytes }) => family === 4 && bytes.every((byte) => byte === 255);
const isGlobalUnicast: Test = (address) =>
  ![isUnspecified, isLoopback, isMulticast, isLinkLocalUnicast, isBroadcast].some((test) => test(address));

const tests: readonly (readonly [name: string, id: string, Test])[] = [
  ['isUnspecified', 'ip_is_unspecified', isUnspecified],
  ['isLoopback', 'ip_is_loopback', isLoopback],
  ['isLinkLocalMulticast', 'ip_is_link_local_multicast', isLinkLocalMulticast],
  ['isLinkLocalUnicast', 'ip_is_link_local_unicast', isLinkLocalUnicast],
  ['isGlobalUnicast', 'ip_is_global_unicast', isGlobalUnicast],
];

function isCanonical(_: Meter, text: string): Value {
  const ip = toIp(text);
  return ip instanceof CelError ? ip : ip.text === text;
}

/** A text that is no address is only said to be the wrong thing, as in the original. */
const containsIp = (cidr: CidrValue, ip: IpValue | CelError): Value =>
  ip instanceof CelError ? noSuchOverload : cidr.contains(ip.address);

/** All of the other lies in it. */
function containsCidr({ prefix }: CidrValue, other: CidrValue | CelError): Value {
  if (other instanceof CelError) return other;
  return prefix.bits <= other.prefix.bits && isInCidr(prefix, other.prefix.address);
}

/** Addresses of hosts. */
export const ipLibrary: readonly FunctionDeclaration[] = [
  { name: 'ip', overloads: [overload('string_to_ip', [stringType], ipType, (_: Meter, text: string) => toIp(text))] },
  {
    name: 'family',
    overloads: [method('ip_family', [ipType], intType, (_: Meter, { address }: IpValue) => address.family)],
  },
  { name: 'ip.isCanonical', overloads: [overload('ip_is_canonical', [stringType], boolType, isCanonical)] },
  ...tests.map(([name, id, test]) => ({
    name,
    overloads: [method(id, [ipType], boolType, (_: Meter, { address }: IpValue) => test(address))],
  })),
  {
    name: 'isIP',
    overloads: [overload('is_ip', [stringType], boolType, (_: Meter, text: string) => !isError(toIp(text)))],
  },
  {
    name: 'string',
    overloads: [overload('ip_to_string', [ipType], stringType, (_: Meter, { text }: IpValue) => text)],
  },
];

/** Ranges of addresses. */
export const cidrLibrary: readonly FunctionDeclaration[] = [
  {
    name: 'cidr',
    overloads: [overload('string_to_cidr', [stringType], cidrType, (_: Meter, text: string) => toCidr(text))],
  },
  {
    name: 'containsIP',
    overloads: [
      method('cidr_contains_ip_string', [cidrType, stringType], boolType, (_: Meter, cidr: CidrValue, text: string) =>
        containsIp(cidr, toIp(text)),
      ),
      method('cidr_contains_ip_ip', [cidrType, ipType], boolType, (_: Meter, cidr: CidrValue, ip: IpValue) =>
        containsIp(cidr, ip),
      ),
    ],
  },
  {
    name: 'containsCIDR',
    overloads: [
      method('cidr_contains_cidr_string', [cidrType, stringType], boolType, (_: Meter, cidr: CidrValue, text: string) =>
        containsCidr(cidr, toCidr(text)),
      ),
      method('cidr_contains_cidr', [cidrType, cidrType], boolType, (_: Meter, cidr: CidrValue, other: CidrValue) =>
        containsCidr(cidr, other),
      ),
    ],
  },
  {
    name: 'ip',
    overloads: [
      method('cidr_ip', [cidrType], ipType, (_: Meter, { prefix }: CidrValue) => new IpValue(prefix.address)),
    ],
  },
  {
    name: 'prefixLength',
    overloads: [method('cidr_prefix_length', [cidrType], intType, (_: Meter, { prefix }: CidrValue) => prefix.bits)],
  },
  {
    name: 'masked',
    overloads: [
      method('cidr_masked', [cidrType], cidrType, (_: Meter, { prefix }: CidrValue) => {
        const address = { ...networkOf(prefix), zone: '' };
        return new CidrValue({ address, bits: prefix.bits });
      }),
    ],
  },
  {
    name: 'isCIDR',
    overloads: [overload('is_cidr', [stringType], boolType, (_: Meter, text: string) => !isError(toCidr(text)))],
  },
  {
    name: 'string',
    overloads: [overload('cidr_to_string', [cidrType], stringType, (_: Meter, { text }: CidrValue) => text)],
  },
];
