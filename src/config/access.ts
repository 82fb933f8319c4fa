import type { Config } from './options.ts';

export const authorizationModes = ['AlwaysAllow', 'AlwaysDeny', 'RBAC'] as const;

type Access = Pick<Config, 'authorizationMode' | 'clientCaFile' | 'tokenAuthFile' | 'requestheaderClientCaFile'>;

/** Whether everybody is asked who he is. Else the server is reached from this machine alone, and trusts whoever comes. */
export const asksWhoComes = (config: Access): boolean =>
  config.clientCaFile !== '' ||
  config.tokenAuthFile !== '' ||
  config.requestheaderClientCaFile !== '' ||
  config.authorizationMode.some((mode) => mode !== 'AlwaysAllow');
