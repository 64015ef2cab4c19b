/**
 * Access to a room: one rule for reading, writing and subscribing.
 *
 * A pipeline stores the room's id in `ctx.stash.roomId`, reads the caller's membership with strong consistency, passes
 * it to `admit`, and continues with `assertRoomVisible`, which distinguishes an unknown room from a room that the
 * caller cannot see. Code that accesses the room calls `admittedRoomId`, so a pipeline that did not admit the caller
 * is refused.
 */
import { util } from '@aws-appsync/utils';
import { fail } from './errors';
import { membershipFields } from './fields';
import { isGlobalModerator, callerId, callerName } from './identity';

/** @typedef {import('./types').Admission} Admission */
/** @typedef {import('./types').Context} Context */
/** @typedef {import('./types').MembershipRow} MembershipRow */

/**
 * @guards
 * @param {import('./types').Context<'roomId'>} ctx
 * @returns {any} the strongly consistent read of the caller's membership of the room `stash.roomId`
 */
export function ownMembershipRequest(ctx) {
  return {
    operation: 'GetItem',
    key: util.dynamodb.toMapValues({ roomId: ctx.stash.roomId, userId: callerId(ctx) }),
    consistentRead: true,
  };
}

/**
 * Admits the caller to the room of the stash or ends the operation. If it is not known yet whether the room exists, a
 * caller without a membership continues to `assertRoomVisible`.
 *
 * @authorizes
 * @param {import('./types').Context<'roomId', 'admission' | 'room'>} ctx
 * @param {MembershipRow | null} membership the caller's row of this room
 */
export function admit(ctx, membership) {
  const roomId = ctx.stash.roomId;
  if (membership?.state === 'ACTIVE' || isGlobalModerator(ctx)) {
    ctx.stash.admission = { roomId, membership };
    return;
  }
  if (membership?.state === 'BANNED') {
    failBanned();
  }
  if (membership || ctx.stash.room) {
    failNotMember();
  }
}

/**
 * @authorizes
 * @returns {never}
 */
export function failNotMember() {
  fail('Forbidden', 'You are not a member of this room. Join the room or ask an owner to invite you.');
}

/**
 * @returns {never}
 */
export function failUnknownRoom() {
  fail('NotFound', 'The room does not exist. Check the id: listChatRooms and myChatRooms return the ids of rooms.');
}

/**
 * @authorizes
 * @param {import('./types').Context<never, 'admission'>} ctx
 * @returns {boolean} whether it is not yet known that the room exists
 */
export function isRoomUncertain(ctx) {
  return !ctx.stash.admission?.membership;
}

/**
 * @authorizes
 * @returns {never}
 */
export function failBanned() {
  fail('Banned', 'You are banned from this room. Ask an owner or moderator to lift the ban.');
}

/**
 * @authorizes
 * @param {import('./types').Context<never, 'admission'>} ctx
 * @returns {boolean}
 */
export function isAdmitted(ctx) {
  return !!ctx.stash.admission;
}

/**
 * @guards
 * @param {import('./types').Context<never, 'admission'>} ctx
 * @returns {string} the id of the room that admitted the caller
 */
export function admittedRoomId(ctx) {
  const admission = /** @type {Admission | undefined} */ (ctx.stash.admission);
  if (!admission) {
    failNotMember();
  }
  return admission.roomId;
}

/**
 * Ends the operation if the caller cannot send at this moment. Mutes do not apply to global moderators.
 *
 * @authorizes
 * @param {Context} ctx
 * @param {MembershipRow | null} membership
 */
export function failIfMuted(ctx, membership) {
  const until = membership?.mutedUntil;
  if (until && until > util.time.nowISO8601() && !isGlobalModerator(ctx)) {
    fail('Muted', `You are muted in this room until ${until}. Send your message after that.`);
  }
}

/**
 * @authorizes
 * @param {import('./types').Context<never, 'admission'>} ctx
 * @returns {boolean} whether the admitted caller can moderate the room: delete messages, mute members, mention everyone
 */
export function canModerate(ctx) {
  const role = ctx.stash.admission?.membership?.role;
  return role === 'OWNER' || role === 'MODERATOR' || isGlobalModerator(ctx);
}

/**
 * @authorizes
 * @param {import('./types').Context<never, 'admission'>} ctx
 * @returns {number} the room's last sequence number when the admitted caller joined; 0 for a global moderator without
 *   a membership
 */
export function joinedSeq(ctx) {
  return ctx.stash.admission?.membership?.joinedSeq ?? 0;
}

/**
 * @authorizes
 * @param {import('./types').RoomRules | null | undefined} room
 * @returns {boolean} whether members see only messages that were sent after they joined
 */
export function hidesHistory(room) {
  return room?.historyVisibility === 'FROM_JOIN';
}

/**
 * @guards
 * @param {import('./types').Context<never, 'admission'>} ctx
 * @returns {string} the display name of the admitted caller in the room
 */
export function authorName(ctx) {
  const admission = /** @type {Admission | undefined} */ (ctx.stash.admission);
  return admission?.membership?.displayName ?? callerName(ctx);
}

/**
 * @param {MembershipRow} row
 * @returns {ReturnType<typeof membershipFields>} the row as the schema's Membership
 */
export function toMembership(row) {
  return membershipFields(row);
}
