/**
 * Returns a page of the caller's open invitations, each with its room.
 *
 * @requires SELF
 * @pipeline queryMyMemberships, queryMyMemberships, readRooms
 */
import { toMembership } from '../shared/membership';
import { myRoomsPage, stashMyMemberships } from '../shared/myRooms';
import { toChatRoom } from '../shared/room';

/** @param {import('../shared/types').RequestContext<'Query.myInvitations'>} ctx */
export function request(ctx) {
  stashMyMemberships(ctx, 'INVITED');
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Query.myInvitations'>} ctx */
export function response(ctx) {
  const { entries, nextToken } = myRoomsPage(ctx);
  // Nobody can join an archived room.
  const open = entries.filter(({ room }) => !room.archivedAt);
  return {
    items: open.map(({ membership, room }) => ({ chatRoom: toChatRoom(room), membership: toMembership(membership) })),
    nextToken,
  };
}
