/**
 * Lets a member of a room upload one file for a message there.
 *
 * @requires MEMBER
 * @pipeline requireMembership, assertRoomVisible, signUpload
 */
import { requiredFile } from '../shared/attachments';
import { requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.requestAttachmentUpload'>} ctx */
export function request(ctx) {
  const { input } = ctx.args;
  ctx.stash.roomId = requiredRoomId('input.chatRoomId', input.chatRoomId);
  ctx.stash.file = requiredFile('input', input);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.requestAttachmentUpload'>} ctx */
export function response(ctx) {
  return ctx.stash.upload;
}
