/** What a port of a container, a service or an endpoint speaks. */
export const portProtocols: readonly string[] = ['SCTP', 'TCP', 'UDP'];
