import { timeText } from '../../machinery/time.ts';
import { createOnly } from '../create-only.ts';
import type { VirtualResource } from '../virtual-resource.ts';
import { userInfoOf } from './user-info.ts';

/** `authentication.k8s.io/v1` SelfSubjectReview: who asks. What was sent counts for nothing. `now`: in milliseconds since the epoch. */
export const selfSubjectReviews = (now: () => number): VirtualResource =>
  createOnly(
    {
      group: 'authentication.k8s.io',
      kind: 'SelfSubjectReview',
      resource: 'selfsubjectreviews',
      singular: 'selfsubjectreview',
      namespaced: false,
    },
    (_sent, _namespace, { user }) => ({
      metadata: { creationTimestamp: timeText(now()) },
      status: { userInfo: userInfoOf(user) },
    }),
  );
