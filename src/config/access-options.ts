const section = 'Access' as const;
const list: readonly string[] = [];
const alwaysAllow: readonly string[] = ['AlwaysAllow'];
const userHeaders: readonly string[] = ['x-remote-user'];
const uidHeaders: readonly string[] = ['x-remote-uid'];
const groupHeaders: readonly string[] = ['x-remote-group'];
const extraPrefixes: readonly string[] = ['x-remote-extra-'];

/** Who is let in, and who may do what. Rows of the table in options.ts. */
export const accessOptions = {
  authorizationMode: {
    type: 'list',
    default: alwaysAllow,
    section,
    placeholder: 'modes',
    help: 'Who decides what a request may do, in order: AlwaysAllow, AlwaysDeny, RBAC.',
  },
  anonymousAuth: {
    type: 'flag',
    default: true,
    section,
    help: 'Let requests in that show no credentials, as system:anonymous. Not with AlwaysAllow.',
  },
  clientCaFile: {
    type: 'text',
    default: '',
    section,
    placeholder: 'file',
    help: "Authorities, PEM: whoever shows a certificate of theirs is its subject: common name and organizations, the user's name and groups.",
  },
  tokenAuthFile: {
    type: 'text',
    default: '',
    section,
    placeholder: 'file',
    help: 'Bearer tokens with whose they are, a line each: token,user,uid,"group1,group2".',
  },
  requestheaderClientCaFile: {
    type: 'text',
    default: '',
    section,
    placeholder: 'file',
    help: 'Authorities, PEM: whoever shows a certificate of theirs is a proxy that says in headers who sent a request.',
  },
  requestheaderAllowedNames: {
    type: 'list',
    default: list,
    section,
    placeholder: 'names',
    help: 'Common names of such proxies. None: any.',
  },
  requestheaderUsernameHeaders: {
    type: 'list',
    default: userHeaders,
    section,
    placeholder: 'headers',
    help: 'Headers in which they say the name of a user.',
  },
  requestheaderUidHeaders: {
    type: 'list',
    default: uidHeaders,
    section,
    placeholder: 'headers',
    help: 'Headers in which they say his uid.',
  },
  requestheaderGroupHeaders: {
    type: 'list',
    default: groupHeaders,
    section,
    placeholder: 'headers',
    help: 'Headers in which they say his groups, one a line.',
  },
  requestheaderExtraHeadersPrefix: {
    type: 'list',
    default: extraPrefixes,
    section,
    placeholder: 'prefixes',
    help: 'What headers begin with in which they say anything else about him.',
  },
} as const;
