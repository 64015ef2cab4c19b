/**
 * Changes of a membership, by another user or by the member. A change declares the states of the membership in which it
 * is possible (`allowedStates`; `NONE` for no membership), those in which there is nothing to do (`noOpStates`), the
 * attributes that it sets (`changes`), and whether users can apply it to themselves (`allowSelf`).
 */
import { util } from '@aws-appsync/utils';
import { requireRankAbove } from './authority';
import { fail } from './errors';
import { callerId } from './identity';
import { toMembership } from './membership';
import { toUpdate } from './update';

/** @typedef {import('./types').MembershipRow} MembershipRow */
/** @typedef {import('./types').Changes<MembershipRow>} MembershipChanges */
/** @typedef {import('./types').ProfileRow} ProfileRow */

/**
 * @typedef {object} MembershipChange
 * @property {string} userId the member
 * @property {MembershipRow | null} before the membership as it was read
 * @property {MembershipChanges} changes its changed attributes; null for an attribute to be removed
 * @property {boolean} losesMember whether the room loses an active member
 * @property {boolean} losesOwner whether the room loses an owner
 * @property {boolean} gainsOwner whether the room gains an owner
 * @property {boolean} mayArchive whether the last owner can leave if nobody else is in the room, which archives the
 *   room
 */

/**
 * @returns {never}
 */
export function failUnknownUser() {
  fail('NotFound', 'The user does not exist. Check the id: roomMembers returns the ids of users.');
}

/**
 * @authorizes
 * @param {string} userId
 * @param {MembershipRow | null} before
 * @param {MembershipChanges} changes
 * @returns {MembershipChange}
 */
function newChange(userId, before, changes) {
  const isActive = before?.state === 'ACTIVE';
  const wasOwner = isActive && before?.role === 'OWNER';
  return {
    userId,
    before,
    changes,
    losesMember: isActive && !!changes.state,
    losesOwner: wasOwner && !!changes.role && changes.role !== 'OWNER',
    gainsOwner: !wasOwner && changes.role === 'OWNER',
    mayArchive: false,
  };
}

/**
 * Plans the moderation action of the stash, returns the membership if there is nothing to do, or ends the operation.
 *
 * @authorizes
 * @param {import('./types').Context<
 *   'allowedStates' | 'noOpStates' | 'changes' | { loggedAction: import('./types').LoggedActionOnUser },
 *   'allowSelf' | 'admission' | 'membership' | 'plan'
 * >} ctx
 * @param {MembershipRow | null} membership of the action's subject
 * @param {ProfileRow | null} profile of that user
 */
export function planMembershipChange(ctx, membership, profile) {
  const { loggedAction, allowedStates, noOpStates, changes } = ctx.stash;
  const state = membership?.state ?? 'NONE';
  // In a repeated call, the user may already have the caller's rank.
  const hasRole = !!membership && !!changes.role && isAlready(membership, changes);
  if (!hasRole && (!ctx.stash.allowSelf || loggedAction.userId !== callerId(ctx))) {
    requireRankAbove(ctx, membership);
  }
  if (membership && (noOpStates.indexOf(state) >= 0 || isAlready(membership, changes))) {
    ctx.stash.membership = toMembership(membership);
    return;
  }
  if (allowedStates.indexOf(state) < 0) {
    fail('NotFound', 'The user is not a member of this room. Check the id: roomMembers returns the ids of members.');
  }
  if (!membership && !profile) {
    failUnknownUser();
  }
  /** @type {MembershipChanges} */
  const first = { displayName: profile?.displayName, role: 'MEMBER', joinedSeq: 0, readSeq: 0 };
  ctx.stash.plan = newChange(loggedAction.userId, membership, { ...(membership ? {} : first), ...changes });
}

/**
 * Plans that the caller leaves the room or declines an invitation. Returns the membership if the caller has already
 * left.
 *
 * @authorizes
 * @param {import('./types').Context<never, 'membership' | 'plan'>} ctx
 * @param {MembershipRow} membership
 */
export function planLeave(ctx, membership) {
  if (membership.state === 'LEFT') {
    ctx.stash.membership = toMembership(membership);
    return;
  }
  const plan = newChange(membership.userId, membership, { state: 'LEFT', role: 'MEMBER' });
  ctx.stash.plan = { ...plan, mayArchive: true };
}

/**
 * @param {Record<string, any>} membership
 * @param {Record<string, any>} changes
 * @returns {boolean} whether the membership already has the changed values
 */
function isAlready(membership, changes) {
  return Object.entries(changes).every(([name, value]) => (membership[name] ?? null) === value);
}

/**
 * @param {string} roomId
 * @param {MembershipChange} plan
 * @returns {ReturnType<typeof toMembership>} the membership after the plan, as the schema's Membership
 */
export function changedMembership(roomId, plan) {
  return toMembership(/** @type {any} */ ({ ...plan.before, ...plan.changes, roomId, userId: plan.userId }));
}

/**
 * @param {string} roomId
 * @param {MembershipChange} plan
 * @returns {any} the item of a transaction that changes the membership
 */
export function updateMembership(roomId, plan) {
  const { before } = plan;
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId, userId: plan.userId }),
    update: toUpdate(plan.changes, {}),
    condition: before
      ? {
          expression: `#state = :state AND #role = :role${muteCondition(plan)}`,
          expressionNames: { '#state': 'state', '#role': 'role' },
          expressionValues: util.dynamodb.toMapValues({
            ':state': before.state,
            ':role': before.role,
            ...(plan.changes.mutedUntil !== undefined && before.mutedUntil ? { ':muted': before.mutedUntil } : {}),
          }),
          returnValuesOnConditionCheckFailure: false,
        }
      : { expression: 'attribute_not_exists(roomId)', returnValuesOnConditionCheckFailure: false },
  };
}

/**
 * @param {MembershipChange} plan
 * @returns {string} the part of the condition that lets only one of two concurrent calls mute the user, so that it is
 *   logged once
 */
function muteCondition(plan) {
  if (plan.changes.mutedUntil === undefined) {
    return '';
  }
  return plan.before?.mutedUntil ? ' AND mutedUntil = :muted' : ' AND attribute_not_exists(mutedUntil)';
}

/**
 * @param {string} roomId
 * @param {string} now
 * @returns {any} the item of a transaction that archives the room when its last member leaves, who is also its last
 *   owner
 */
export function archiveByLastMember(roomId, now) {
  const changes = { archivedAt: now, updatedAt: now, listedVisibility: null };
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId }),
    update: toUpdate(changes, { version: 1, memberCount: -1, ownerCount: -1 }),
    condition: {
      expression: 'memberCount = :one AND attribute_not_exists(archivedAt)',
      expressionValues: util.dynamodb.toMapValues({ ':one': 1 }),
      returnValuesOnConditionCheckFailure: false,
    },
  };
}

/**
 * @param {import('./types').Context<never, 'failure' | 'isUnchanged' | 'isOwnerReleased' | 'isArchiving' | 'plan'>} ctx
 * @returns {Record<string, number>} the increments of the room's counts
 */
export function pendingCounts(ctx) {
  const { failure, isUnchanged, isOwnerReleased, isArchiving } = ctx.stash;
  const plan = /** @type {MembershipChange | undefined} */ (ctx.stash.plan);
  if (failure) {
    return isOwnerReleased && isUnchanged ? { ownerCount: 1 } : {};
  }
  return {
    ...(plan?.losesMember && !isArchiving ? { memberCount: -1 } : {}),
    ...(plan?.gainsOwner ? { ownerCount: 1 } : {}),
  };
}
