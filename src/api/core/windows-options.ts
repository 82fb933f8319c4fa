import { addInvalid, type FieldError, forbiddenValue, invalidValue } from '../../machinery/field-error.ts';
import { dns1123Subdomain } from '../../machinery/validation/dns.ts';
import type { PodSpec, WindowsSecurityContextOptions } from '../types/core-v1.generated.ts';
import { eachContainer } from './each-container.ts';
import type { PodRules } from './pod-rules.ts';

/** In KiB. */
const maxCredentialSpec = 64;
const maxDomainLength = 256;
const maxUserLength = 104;

/** Adds to `errors` what is wrong with how something is confined on Windows. */
export function checkWindowsOptions(
  options: WindowsSecurityContextOptions | undefined,
  path: string,
  errors: FieldError[],
): void {
  if (options === undefined) return;
  const { gmsaCredentialSpecName, gmsaCredentialSpec, runAsUserName } = options;
  if (gmsaCredentialSpecName !== undefined) {
    addInvalid(
      errors,
      `${path}.gmsaCredentialSpecName`,
      gmsaCredentialSpecName,
      dns1123Subdomain(gmsaCredentialSpecName),
    );
  }
  if (gmsaCredentialSpec !== undefined) {
    const wrong = (why: string) => errors.push(invalidValue(`${path}.gmsaCredentialSpec`, gmsaCredentialSpec, why));
    if (gmsaCredentialSpec === '') wrong('gmsaCredentialSpec cannot be an empty string');
    else if (Buffer.byteLength(gmsaCredentialSpec) > maxCredentialSpec * 1024) {
      wrong(`gmsaCredentialSpec size must be under ${maxCredentialSpec} KiB`);
    }
  }
  if (runAsUserName !== undefined) {
    addInvalid(errors, `${path}.runAsUserName`, runAsUserName, wrongUserName(runAsUserName));
  }
}

const netBios = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const dnsLabel = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;

/** `user` or `domain\user`. */
function wrongUserName(name: string): string[] {
  if (name === '') return ['runAsUserName cannot be an empty string'];
  if (/\p{Cc}/u.test(name)) return ['runAsUserName cannot contain control characters'];
  const parts = name.split('\\', 3);
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash'];
  const user = parts.at(-1) ?? '';
  const domain = parts.length === 2 ? parts[0] : undefined;
  const wrong: string[] = [];
  if (domain !== undefined && Buffer.byteLength(domain) >= maxDomainLength) {
    wrong.push(`runAsUserName's Domain length must be under ${maxDomainLength} characters`);
  }
  if (domain !== undefined && !netBios.test(domain) && !domain.split('.').every((label) => dnsLabel.test(label))) {
    wrong.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
  }
  if (user === '') wrong.push("runAsUserName's User cannot be empty");
  else if (Buffer.byteLength(user) > maxUserLength) {
    wrong.push(`runAsUserName's User length must not be longer than ${maxUserLength} characters`);
  }
  if (/^[. ]+$/.test(user)) wrong.push("runAsUserName's User cannot contain only periods or spaces");
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) {
    wrong.push(`runAsUserName's User cannot contain the following characters: "/\\:;|=,+*?<>@[]`);
  }
  return wrong;
}

/** Adds to `errors` what stands against containers that are processes of a Windows host: all are, or none. */
export function checkHostProcesses(spec: PodSpec, rules: PodRules, path: string, errors: FieldError[]): void {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  let containers = 0;
  let hostProcesses = 0;
  eachContainer(spec, path, (container, at) => {
    containers += 1;
    const own = container.securityContext?.windowsOptions?.hostProcess;
    if (ofPod !== undefined && own !== undefined && own !== ofPod) {
      const why = `pod hostProcess value must be identical if both are specified, was ${ofPod}`;
      errors.push(invalidValue(`${at}.securityContext.windowsOptions.hostProcess`, own, why));
    }
    if (own ?? ofPod) hostProcesses += 1;
  });
  if (hostProcesses === 0) return;
  if (hostProcesses !== containers) {
    const why = 'If pod contains any hostProcess containers then all containers must be HostProcess containers';
    errors.push(invalidValue(path, '', why));
  }
  if (spec.hostNetwork !== true) {
    const why = 'hostNetwork must be true if pod contains any hostProcess containers';
    errors.push(invalidValue(`${path}.hostNetwork`, false, why));
  }
  if (!rules.allowPrivileged) {
    errors.push(forbiddenValue(path, 'hostProcess containers are disallowed by cluster policy'));
  }
}
