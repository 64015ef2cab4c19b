/**
 * Written by `python -m tools.generated_code` from contract/ and graphql/schema.graphql.
 */
/** @typedef {import('./types').MessageRow} MessageRow */
/** @typedef {import('./types').MembershipRow} MembershipRow */
/** @typedef {import('./types').NotificationRow} NotificationRow */
/** @typedef {import('./types').RoomRow} RoomRow */

/** All that subscribers of a type may ask for, as `selectionSetList` names it. */
export const selections = {
  Message: [
    'id', 'chatRoomId', 'seq', 'type', 'content', 'authorId', 'authorName', 'clientMessageId', 'createdAt', 'version',
    'revision', 'editedAt', 'deletedAt', 'deletedBy', 'reactions', 'reactions/emoji', 'reactions/count', 'replyToId',
    'threadId', 'replyCount', 'lastReplySeq', 'lastReplyAt', 'threadRoot', 'threadRoot/id', 'threadRoot/seq',
    'threadRoot/revision', 'threadRoot/replyCount', 'threadRoot/lastReplySeq', 'threadRoot/lastReplyAt', 'mentions',
    'mentionsRoom', 'attachments', 'attachments/key', 'attachments/name', 'attachments/contentType', 'attachments/size',
    'flagged', 'systemEvent', 'systemEvent/kind', 'systemEvent/userId', 'systemEvent/userName', 'systemEvent/actorId',
    'systemEvent/actorName', 'systemEvent/name', 'systemEvent/previousName', 'selectionComplete',
  ],
  Membership: [
    'chatRoomId', 'userId', 'displayName', 'role', 'state', 'joinedAt', 'readSeq', 'mentionCount', 'mutedUntil',
    'invitedBy', 'selectionComplete',
  ],
  Reaction: [
    'messageId', 'chatRoomId', 'emoji', 'userId', 'displayName', 'createdAt', 'count', 'revision', 'selectionComplete',
  ],
  TypingIndicator: [
    'chatRoomId', 'userId', 'displayName', 'expiresAt', 'selectionComplete',
  ],
  UserPresence: [
    'userId', 'status', 'lastSeenAt', 'chatRoomId', 'headSeq', 'selectionComplete',
  ],
};

/** Attributes of a message that a tombstone lacks. */
export const erasedAttributes = [
  'content', 'reactions', 'mentions', 'mentionsRoom', 'attachments', 'flagged', 'systemEvent', 'overflowTotal',
];

/** Attributes of a room that its next message removes. */
export const passingAttributes = [
  'renamedFrom', 'renamedBy', 'unpublished', 'requestId',
];

/**
 * @param {MessageRow} row
 * @returns the fields of the schema's Message that are attributes of the row
 */
export function messageFields(row) {
  return {
    chatRoomId: row.roomId,
    seq: row.seq,
    type: row.type,
    content: row.content,
    authorId: row.authorId,
    authorName: row.authorName,
    clientMessageId: row.clientMessageId,
    createdAt: row.createdAt,
    version: row.version ?? 1,
    editedAt: row.editedAt,
    deletedAt: row.deletedAt,
    deletedBy: row.deletedBy,
    replyToId: row.replyToId,
    threadId: row.threadId,
    replyCount: row.replyCount ?? 0,
    lastReplySeq: row.lastReplySeq,
    lastReplyAt: row.lastReplyAt,
    mentions: row.mentions ?? [],
    mentionsRoom: row.mentionsRoom ?? false,
    attachments: row.attachments ?? [],
    flagged: row.flagged ?? false,
    systemEvent: row.systemEvent,
  };
}

/**
 * @param {MembershipRow} row
 * @returns the fields of the schema's Membership that are attributes of the row
 */
export function membershipFields(row) {
  return {
    chatRoomId: row.roomId,
    userId: row.userId,
    displayName: row.displayName,
    role: row.role,
    state: row.state,
    joinedAt: row.joinedAt,
    readSeq: row.readSeq ?? 0,
    mentionCount: row.mentionCount ?? 0,
    mutedUntil: row.mutedUntil,
    invitedBy: row.invitedBy,
  };
}

/**
 * @param {MembershipRow} row
 * @returns the fields of the schema's NotificationPreference that are attributes of the row
 */
export function notificationPreferenceFields(row) {
  return {
    chatRoomId: row.roomId,
    level: row.notificationLevel ?? 'ALL',
    mutedUntil: row.notificationsMutedUntil,
  };
}

/**
 * @param {NotificationRow} row
 * @returns the fields of the schema's Notification that are attributes of the row
 */
export function notificationFields(row) {
  return {
    id: row.notificationId,
    userId: row.userId,
    type: row.type,
    chatRoomId: row.roomId,
    chatRoomName: row.chatRoomName,
    messageId: row.messageId,
    actorId: row.actorId,
    actorName: row.actorName,
    preview: row.preview,
    action: row.action,
    reason: row.reason,
    createdAt: row.createdAt,
    readAt: row.readAt,
  };
}

/**
 * @param {RoomRow} row
 * @returns the fields of the schema's ChatRoom that are attributes of the row
 */
export function chatRoomFields(row) {
  return {
    id: row.roomId,
    name: row.name,
    description: row.description,
    visibility: row.visibility,
    createdBy: row.createdBy,
    memberCount: row.memberCount,
    lastSeq: row.lastSeq,
    lastMessageAt: row.lastMessageAt,
    createdAt: row.createdAt,
    directUserIds: row.directUserIds,
    frozen: row.frozen ?? false,
    slowModeSeconds: row.slowModeSeconds ?? 0,
    historyVisibility: row.historyVisibility ?? 'FROM_START',
    archivedAt: row.archivedAt,
    version: row.version ?? 1,
  };
}
