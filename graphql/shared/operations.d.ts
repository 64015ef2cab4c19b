/** Written by `python -m tools.generated_code` from contract/ and graphql/schema.graphql. */
import type {
  ChatRoomVisibility,
  HistoryVisibility,
  MembershipRole,
  MembershipState,
  ModerationAction,
  ReportStatus,
  ReportResolution,
  MessageType,
  NotificationType,
  NotificationLevel,
  SystemEventKind,
  PresenceStatus,
} from './contract';

export type CreateChatRoomInput = {
  name: string;
  description?: string | null;
  visibility?: ChatRoomVisibility | null;
  historyVisibility?: HistoryVisibility | null;
  slowModeSeconds?: number | null;
  retentionDays?: number | null;
};

export type UpdateChatRoomInput = {
  id: string;
  name?: string | null;
  description?: string | null;
  visibility?: ChatRoomVisibility | null;
  slowModeSeconds?: number | null;
  frozen?: boolean | null;
  historyVisibility?: HistoryVisibility | null;
  retentionDays?: number | null;
  expectedVersion?: number | null;
  reason?: string | null;
};

export type CreateMessageInput = {
  chatRoomId: string;
  content: string;
  type?: MessageType | null;
  attachments?: AttachmentInput[] | null;
  clientMessageId?: string | null;
  replyToId?: string | null;
  mentions?: string[] | null;
  mentionsRoom?: boolean | null;
};

export type UpdateMessageInput = {
  id: string;
  content: string;
  expectedVersion?: number | null;
  mentions?: string[] | null;
  mentionsRoom?: boolean | null;
};

export type CreateReactionInput = {
  messageId: string;
  emoji: string;
};

export type DeleteReactionInput = {
  messageId: string;
  emoji: string;
};

export type UpdateNotificationPreferenceInput = {
  chatRoomId: string;
  level?: NotificationLevel | null;
  mutedUntil?: string | null;
};

export type PublishPresenceInput = {
  userId: string;
  status: PresenceStatus;
  lastSeenAt: string;
  chatRoomId: string;
  headSeq?: number | null;
};

export type PublishTypingInput = {
  chatRoomId: string;
  userId: string;
  displayName: string;
  expiresAt: string;
};

export type PublishReactionInput = {
  messageId: string;
  chatRoomId: string;
  emoji: string;
  userId: string;
  displayName?: string | null;
  createdAt: string;
  count: number;
  revision: number;
};

export type PublishMessageInput = {
  chatRoomId: string;
  seq: number;
  content: string;
  authorId: string;
  authorName: string;
  clientMessageId: string;
  createdAt: string;
  systemEvent: SystemEventInput;
};

export type SystemEventInput = {
  kind: SystemEventKind;
  userId: string;
  userName: string;
  actorId?: string | null;
  actorName?: string | null;
  name?: string | null;
  previousName?: string | null;
};

export type PublishNotificationInput = {
  id: string;
  userId: string;
  type: NotificationType;
  chatRoomId: string;
  chatRoomName?: string | null;
  messageId?: string | null;
  actorId?: string | null;
  actorName?: string | null;
  preview?: string | null;
  action?: ModerationAction | null;
  reason?: string | null;
  createdAt: string;
};

export type RequestAttachmentUploadInput = {
  chatRoomId: string;
  name: string;
  contentType: string;
  size: number;
};

export type AttachmentInput = {
  key: string;
  name: string;
  contentType: string;
  size: number;
};

/** Operation -> its arguments. */
export type Arguments = {
  'Mutation.archiveChatRoom': { id: string; reason?: string | null };
  'Mutation.banMember': { chatRoomId: string; userId: string; reason: string };
  'Mutation.createChatRoom': { input: CreateChatRoomInput };
  'Mutation.createMessage': { input: CreateMessageInput };
  'Mutation.createReaction': { input: CreateReactionInput };
  'Mutation.deleteMessage': { id: string; reason?: string | null };
  'Mutation.deleteMyAccount': {};
  'Mutation.deleteReaction': { input: DeleteReactionInput };
  'Mutation.exportMyData': {};
  'Mutation.inviteToChatRoom': { chatRoomId: string; userId: string };
  'Mutation.joinChatRoom': { chatRoomId: string };
  'Mutation.leaveChatRoom': { chatRoomId: string };
  'Mutation.markAllNotificationsRead': {};
  'Mutation.markNotificationRead': { id: string };
  'Mutation.markRoomRead': { chatRoomId: string; seq: number };
  'Mutation.muteMember': { chatRoomId: string; userId: string; until?: string | null; seconds?: number | null; reason: string };
  'Mutation.openDirectRoom': { userId: string };
  'Mutation.publishAccessEnded': { chatRoomId: string; userId: string };
  'Mutation.publishMemberDeleted': { chatRoomId: string; userId: string };
  'Mutation.publishMembershipChanged': { chatRoomId: string; userId: string };
  'Mutation.publishMessage': { input: PublishMessageInput };
  'Mutation.publishMessageCreated': { id: string; threadRootId?: string | null };
  'Mutation.publishMessageDeleted': { id: string };
  'Mutation.publishMessageUpdated': { id: string };
  'Mutation.publishNotification': { input: PublishNotificationInput };
  'Mutation.publishPresence': { input: PublishPresenceInput };
  'Mutation.publishReactionAdded': { input: PublishReactionInput };
  'Mutation.publishReactionRemoved': { input: PublishReactionInput };
  'Mutation.publishTypingStarted': { input: PublishTypingInput };
  'Mutation.publishTypingStopped': { input: PublishTypingInput };
  'Mutation.removeMember': { chatRoomId: string; userId: string; reason: string };
  'Mutation.reportMessage': { messageId: string; reason: string };
  'Mutation.requestAttachmentUpload': { input: RequestAttachmentUploadInput };
  'Mutation.resolveReport': { chatRoomId: string; reportId: string; resolution: ReportResolution; reason?: string | null };
  'Mutation.setMemberRole': { chatRoomId: string; userId: string; role: MembershipRole; reason?: string | null };
  'Mutation.startTyping': { chatRoomId: string };
  'Mutation.stopTyping': { chatRoomId: string };
  'Mutation.unbanMember': { chatRoomId: string; userId: string; reason?: string | null };
  'Mutation.unmuteMember': { chatRoomId: string; userId: string; reason?: string | null };
  'Mutation.updateChatRoom': { input: UpdateChatRoomInput };
  'Mutation.updateMessage': { input: UpdateMessageInput };
  'Mutation.updateNotificationPreference': { input: UpdateNotificationPreferenceInput };
  'Mutation.updatePresence': { status: PresenceStatus; chatRoomId?: string | null };
  'PrivacyJob.downloads': {};
  'Query.attachmentUrl': { messageId: string; index: number };
  'Query.getChatRoom': { id: string };
  'Query.getMessage': { id: string };
  'Query.getUserPresence': { id: string };
  'Query.listChatRooms': { limit?: number | null; nextToken?: string | null };
  'Query.me': {};
  'Query.messagesByRoom': { chatRoomId: string; limit?: number | null; nextToken?: string | null; beforeSeq?: number | null; afterSeq?: number | null };
  'Query.moderationLog': { chatRoomId: string; limit?: number | null; nextToken?: string | null };
  'Query.myChatRooms': { limit?: number | null; nextToken?: string | null };
  'Query.myInvitations': { limit?: number | null; nextToken?: string | null };
  'Query.myNotifications': { limit?: number | null; nextToken?: string | null; unreadOnly?: boolean | null };
  'Query.myPrivacyJobs': {};
  'Query.presenceByRoom': { chatRoomId: string };
  'Query.reactionsByMessage': { messageId: string; emoji?: string | null; limit?: number | null; nextToken?: string | null };
  'Query.repliesByMessage': { messageId: string; limit?: number | null; nextToken?: string | null };
  'Query.reports': { chatRoomId: string; status?: ReportStatus | null; limit?: number | null; nextToken?: string | null };
  'Query.roomMembers': { chatRoomId: string; state?: MembershipState | null; limit?: number | null; nextToken?: string | null };
  'Query.seenBy': { messageId: string };
  'Subscription.onMembershipChanged': { chatRoomId: string };
  'Subscription.onMessageCreated': { chatRoomId: string };
  'Subscription.onMessageDeleted': { chatRoomId: string };
  'Subscription.onMessageUpdated': { chatRoomId: string };
  'Subscription.onNotificationReceived': {};
  'Subscription.onReactionAdded': { messageId?: string | null; chatRoomId?: string | null };
  'Subscription.onReactionRemoved': { messageId?: string | null; chatRoomId?: string | null };
  'Subscription.onTypingStarted': { chatRoomId: string };
  'Subscription.onTypingStopped': { chatRoomId: string };
  'Subscription.onUserPresenceChanged': { chatRoomId?: string | null };
  'User.unreadNotificationCount': {};
};

/** Function of a pipeline -> the operations that run it. */
export type Callers = {
  acquireSendSlot:
    | 'Mutation.createMessage';
  activateMembership:
    | 'Mutation.joinChatRoom';
  addInlineReaction:
    | 'Mutation.createReaction';
  addReactionRow:
    | 'Mutation.createReaction';
  advanceRoom:
    | 'Mutation.createMessage';
  applyCounts:
    | 'Mutation.banMember'
    | 'Mutation.leaveChatRoom'
    | 'Mutation.muteMember'
    | 'Mutation.removeMember'
    | 'Mutation.setMemberRole'
    | 'Mutation.unbanMember'
    | 'Mutation.unmuteMember';
  archiveRoom:
    | 'Mutation.archiveChatRoom';
  assertMessageVisible:
    | 'Mutation.reportMessage'
    | 'Query.attachmentUrl'
    | 'Query.getMessage'
    | 'Query.reactionsByMessage'
    | 'Query.seenBy';
  assertRoomVisible:
    | 'Mutation.archiveChatRoom'
    | 'Mutation.banMember'
    | 'Mutation.inviteToChatRoom'
    | 'Mutation.leaveChatRoom'
    | 'Mutation.muteMember'
    | 'Mutation.removeMember'
    | 'Mutation.reportMessage'
    | 'Mutation.requestAttachmentUpload'
    | 'Mutation.resolveReport'
    | 'Mutation.setMemberRole'
    | 'Mutation.startTyping'
    | 'Mutation.stopTyping'
    | 'Mutation.unbanMember'
    | 'Mutation.unmuteMember'
    | 'Mutation.updateChatRoom'
    | 'Mutation.updateNotificationPreference'
    | 'Query.attachmentUrl'
    | 'Query.getMessage'
    | 'Query.messagesByRoom'
    | 'Query.moderationLog'
    | 'Query.reactionsByMessage'
    | 'Query.repliesByMessage'
    | 'Query.reports'
    | 'Query.roomMembers'
    | 'Subscription.onMembershipChanged'
    | 'Subscription.onMessageCreated'
    | 'Subscription.onMessageDeleted'
    | 'Subscription.onMessageUpdated'
    | 'Subscription.onReactionAdded'
    | 'Subscription.onReactionRemoved'
    | 'Subscription.onTypingStarted'
    | 'Subscription.onTypingStopped'
    | 'Subscription.onUserPresenceChanged';
  buildPresenceEvent:
    | 'Mutation.updatePresence';
  buildTypingEvent:
    | 'Mutation.startTyping'
    | 'Mutation.stopTyping';
  changeMember:
    | 'Mutation.banMember'
    | 'Mutation.leaveChatRoom'
    | 'Mutation.muteMember'
    | 'Mutation.removeMember'
    | 'Mutation.setMemberRole'
    | 'Mutation.unbanMember'
    | 'Mutation.unmuteMember';
  closeGaps:
    | 'Query.messagesByRoom';
  closeReport:
    | 'Mutation.resolveReport';
  confirmActivation:
    | 'Mutation.joinChatRoom';
  confirmEdit:
    | 'Mutation.updateMessage';
  confirmErasure:
    | 'Mutation.deleteMessage';
  confirmInvitation:
    | 'Mutation.inviteToChatRoom';
  confirmJoiner:
    | 'Mutation.joinChatRoom';
  confirmMembership:
    | 'Mutation.joinChatRoom';
  confirmMessage:
    | 'Mutation.createMessage';
  confirmNumber:
    | 'Mutation.createMessage';
  confirmPrivacyJob:
    | 'Mutation.deleteMyAccount'
    | 'Mutation.exportMyData';
  confirmReaction:
    | 'Mutation.createReaction';
  confirmReactionRemoval:
    | 'Mutation.deleteReaction';
  confirmRead:
    | 'Mutation.markRoomRead';
  confirmRelease:
    | 'Mutation.banMember'
    | 'Mutation.leaveChatRoom'
    | 'Mutation.muteMember'
    | 'Mutation.removeMember'
    | 'Mutation.setMemberRole'
    | 'Mutation.unbanMember'
    | 'Mutation.unmuteMember';
  confirmReport:
    | 'Mutation.reportMessage';
  confirmRoomChange:
    | 'Mutation.archiveChatRoom'
    | 'Mutation.updateChatRoom';
  countMember:
    | 'Mutation.joinChatRoom';
  countReply:
    | 'Mutation.createMessage';
  createDirectRoom:
    | 'Mutation.openDirectRoom';
  createRoom:
    | 'Mutation.createChatRoom';
  editMessage:
    | 'Mutation.updateMessage';
  eraseMessage:
    | 'Mutation.deleteMessage';
  eraseOthersMessage:
    | 'Mutation.deleteMessage';
  findRoom:
    | 'Query.getChatRoom';
  findThreadRoot:
    | 'Query.repliesByMessage';
  loadDirectRoomUsers:
    | 'Mutation.openDirectRoom';
  loadJoiner:
    | 'Mutation.joinChatRoom';
  loadLeaver:
    | 'Mutation.leaveChatRoom';
  logAction:
    | 'Mutation.archiveChatRoom'
    | 'Mutation.updateChatRoom';
  markNotifications:
    | 'Mutation.markAllNotificationsRead';
  markRead:
    | 'Mutation.markRoomRead';
  putIdempotencyRecord:
    | 'Mutation.createMessage';
  putInvitation:
    | 'Mutation.inviteToChatRoom';
  putMessage:
    | 'Mutation.createMessage';
  putPrivacyJob:
    | 'Mutation.deleteMyAccount'
    | 'Mutation.exportMyData';
  putReport:
    | 'Mutation.reportMessage';
  queryAudience:
    | 'Query.presenceByRoom'
    | 'Query.seenBy';
  queryAudit:
    | 'Query.moderationLog';
  queryMembers:
    | 'Query.roomMembers';
  queryMessagesAfter:
    | 'Query.messagesByRoom';
  queryMessagesBefore:
    | 'Query.messagesByRoom';
  queryMyMemberships:
    | 'Query.myChatRooms'
    | 'Query.myInvitations';
  queryNotifications:
    | 'Mutation.markAllNotificationsRead'
    | 'Query.myNotifications';
  queryPublicRooms:
    | 'Query.listChatRooms';
  queryReactions:
    | 'Query.reactionsByMessage';
  queryReplies:
    | 'Query.repliesByMessage';
  queryReports:
    | 'Query.reports';
  readChangedMessage:
    | 'Mutation.createReaction'
    | 'Mutation.deleteMessage'
    | 'Mutation.deleteReaction';
  readDirectRoom:
    | 'Mutation.openDirectRoom';
  readInvitee:
    | 'Mutation.inviteToChatRoom';
  readMemberAndRoom:
    | 'Mutation.createReaction'
    | 'Mutation.deleteMessage'
    | 'Mutation.deleteReaction'
    | 'Mutation.markRoomRead'
    | 'Mutation.updateMessage'
    | 'Query.presenceByRoom'
    | 'Query.seenBy';
  readMessage:
    | 'Mutation.reportMessage'
    | 'Query.attachmentUrl'
    | 'Query.getMessage'
    | 'Query.reactionsByMessage'
    | 'Query.seenBy';
  readNames:
    | 'Query.reactionsByMessage';
  readNotifications:
    | 'Query.myNotifications';
  readOwnPresence:
    | 'Mutation.updatePresence';
  readPresences:
    | 'Query.presenceByRoom';
  readProfile:
    | 'Mutation.createChatRoom';
  readReferences:
    | 'Mutation.createMessage'
    | 'Mutation.updateMessage';
  readReport:
    | 'Mutation.resolveReport';
  readRoomHead:
    | 'Query.messagesByRoom'
    | 'Query.repliesByMessage';
  readRooms:
    | 'Query.listChatRooms'
    | 'Query.myChatRooms'
    | 'Query.myInvitations';
  readSender:
    | 'Mutation.createMessage';
  readTarget:
    | 'Mutation.banMember'
    | 'Mutation.muteMember'
    | 'Mutation.removeMember'
    | 'Mutation.setMemberRole'
    | 'Mutation.unbanMember'
    | 'Mutation.unmuteMember';
  refreshPreview:
    | 'Mutation.deleteMessage'
    | 'Mutation.updateMessage';
  releaseOwner:
    | 'Mutation.banMember'
    | 'Mutation.leaveChatRoom'
    | 'Mutation.muteMember'
    | 'Mutation.removeMember'
    | 'Mutation.setMemberRole'
    | 'Mutation.unbanMember'
    | 'Mutation.unmuteMember';
  removeInlineReaction:
    | 'Mutation.deleteReaction';
  removeReactionRow:
    | 'Mutation.deleteReaction';
  requireMembership:
    | 'Mutation.archiveChatRoom'
    | 'Mutation.banMember'
    | 'Mutation.inviteToChatRoom'
    | 'Mutation.muteMember'
    | 'Mutation.removeMember'
    | 'Mutation.reportMessage'
    | 'Mutation.requestAttachmentUpload'
    | 'Mutation.resolveReport'
    | 'Mutation.setMemberRole'
    | 'Mutation.startTyping'
    | 'Mutation.stopTyping'
    | 'Mutation.unbanMember'
    | 'Mutation.unmuteMember'
    | 'Mutation.updateChatRoom'
    | 'Mutation.updateNotificationPreference'
    | 'Query.attachmentUrl'
    | 'Query.getChatRoom'
    | 'Query.getMessage'
    | 'Query.messagesByRoom'
    | 'Query.moderationLog'
    | 'Query.reactionsByMessage'
    | 'Query.repliesByMessage'
    | 'Query.reports'
    | 'Query.roomMembers'
    | 'Subscription.onMembershipChanged'
    | 'Subscription.onMessageCreated'
    | 'Subscription.onMessageDeleted'
    | 'Subscription.onMessageUpdated'
    | 'Subscription.onReactionAdded'
    | 'Subscription.onReactionRemoved'
    | 'Subscription.onTypingStarted'
    | 'Subscription.onTypingStopped'
    | 'Subscription.onUserPresenceChanged';
  revertInlineReaction:
    | 'Mutation.createReaction';
  revertLogEntry:
    | 'Mutation.archiveChatRoom'
    | 'Mutation.updateChatRoom';
  savePresence:
    | 'Mutation.updatePresence';
  setNotificationPreference:
    | 'Mutation.updateNotificationPreference';
  signDownload:
    | 'Query.attachmentUrl';
  signUpload:
    | 'Mutation.requestAttachmentUpload';
  uncountMember:
    | 'Mutation.joinChatRoom';
  updateRoom:
    | 'Mutation.updateChatRoom';
};
