import type { JsonObject } from '../../machinery/json-value.ts';
import type { UserInfo } from '../../machinery/request-context.ts';

/** A user as an answer has him: what is empty is left out. */
export const userInfoOf = ({ name, uid, groups, extra }: UserInfo): JsonObject => ({
  ...(name !== '' && { username: name }),
  ...(uid !== '' && { uid }),
  ...(groups.length > 0 && { groups: [...groups] }),
  ...(Object.keys(extra).length > 0 && {
    extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]])),
  }),
});
