import { apiServices } from './api-services.ts';

/** The kinds of `apiregistration.k8s.io`. */
export const apiRegistrationGroup = [apiServices];
