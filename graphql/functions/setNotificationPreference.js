/**
 * Writes the caller's notification settings for the room, on condition that the caller is an active member.
 *
 * @authorizes OWN_MEMBERSHIP
 * @dataSource memberships
 * @access dynamodb:UpdateItem,dynamodb:GetItem memberships
 */
import { util } from '@aws-appsync/utils';
import { throwIfError, isRefusedByCondition } from '../shared/errors';
import { callerId } from '../shared/identity';
import { admittedRoomId, failNotMember } from '../shared/membership';
import { toNotificationPreference } from '../shared/notification';

/** @param {import('../shared/types').RequestContext<'setNotificationPreference'>} ctx */
export function request(ctx) {
  const { level, mutedUntil } = ctx.stash;
  const changes = [
    ...(level ? ['notificationLevel = :level'] : []),
    ...(mutedUntil ? ['notificationsMutedUntil = :mutedUntil'] : []),
  ];
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx), userId: callerId(ctx) }),
    update: {
      expression: `SET ${changes.join(', ')}`,
      expressionValues: util.dynamodb.toMapValues({
        ...(level ? { ':level': level } : {}),
        ...(mutedUntil ? { ':mutedUntil': mutedUntil } : {}),
      }),
    },
    condition: {
      expression: '#state = :active',
      expressionNames: { '#state': 'state' },
      expressionValues: util.dynamodb.toMapValues({ ':active': 'ACTIVE' }),
    },
  };
}

/** @param {import('../shared/types').ResponseContext<'setNotificationPreference'>} ctx */
export function response(ctx) {
  if (isRefusedByCondition(ctx.error)) {
    failNotMember();
  }
  throwIfError(ctx.error);
  ctx.stash.preference = toNotificationPreference(ctx.result);
}
