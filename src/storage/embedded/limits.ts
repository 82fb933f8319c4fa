/** In one transaction, and as many comparisons: as many as etcd takes by default, so that what works here works there. */
export const maxOperations = 128;
