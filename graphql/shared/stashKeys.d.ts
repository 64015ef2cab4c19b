/** Written by `python -m tools.generated_code` from graphql/resolvers, graphql/functions and graphql/shared. */

/** Operation or function -> the keys of the stash in its request handler; see stash.d.ts. */
export type RequestKeys = {
  'Mutation.archiveChatRoom': {
    always: never;
    sometimes: never;
    own: 'loggedAction' | 'requiredRole' | 'roomId';
  };
  'Mutation.banMember': {
    always: never;
    sometimes: never;
    own: 'allowedStates' | 'changes' | 'isDelivered' | 'loggedAction' | 'noOpStates' | 'requiredRole' | 'roomId';
  };
  'Mutation.createChatRoom': {
    always: never;
    sometimes: never;
    own: 'room';
  };
  'Mutation.createMessage': {
    always: never;
    sometimes: never;
    own: 'attachments' | 'clientMessageId' | 'content' | 'isDelivered' | 'isFlagged' | 'mentions' | 'mentionsRoom' |
      'replyToSeq' | 'requiredRole' | 'roomId' | 'senderId' | 'type';
  };
  'Mutation.createReaction': {
    always: never;
    sometimes: never;
    own: 'emoji' | 'eventuallyConsistentOk' | 'isDelivered' | 'reactionId' | 'roomId' | 'seq';
  };
  'Mutation.deleteMessage': {
    always: never;
    sometimes: never;
    own: 'isDelivered' | 'reason' | 'requiredRole' | 'roomId' | 'seq';
  };
  'Mutation.deleteMyAccount': {
    always: never;
    sometimes: never;
    own: 'countsFrom' | 'kind';
  };
  'Mutation.deleteReaction': {
    always: never;
    sometimes: never;
    own: 'emoji' | 'eventuallyConsistentOk' | 'isDelivered' | 'reactionId' | 'roomId' | 'seq';
  };
  'Mutation.exportMyData': {
    always: never;
    sometimes: never;
    own: 'countsFrom' | 'kind';
  };
  'Mutation.inviteToChatRoom': {
    always: never;
    sometimes: never;
    own: 'isDelivered' | 'requiredRole' | 'roomId' | 'userId';
  };
  'Mutation.joinChatRoom': {
    always: never;
    sometimes: never;
    own: 'isDelivered' | 'roomId';
  };
  'Mutation.leaveChatRoom': {
    always: never;
    sometimes: never;
    own: 'isDelivered' | 'roomId';
  };
  'Mutation.markAllNotificationsRead': {
    always: never;
    sometimes: never;
    own: 'beforeNotificationId' | 'limit' | 'unreadOnly';
  };
  'Mutation.markRoomRead': {
    always: never;
    sometimes: never;
    own: 'consistentRoomRead' | 'isDelivered' | 'roomId' | 'seq';
  };
  'Mutation.muteMember': {
    always: never;
    sometimes: never;
    own: 'allowedStates' | 'changes' | 'isDelivered' | 'loggedAction' | 'noOpStates' | 'requiredRole' | 'roomId';
  };
  'Mutation.openDirectRoom': {
    always: never;
    sometimes: never;
    own: 'roomId' | 'userIds';
  };
  'Mutation.removeMember': {
    always: never;
    sometimes: never;
    own: 'allowedStates' | 'changes' | 'isDelivered' | 'loggedAction' | 'noOpStates' | 'requiredRole' | 'roomId';
  };
  'Mutation.reportMessage': {
    always: never;
    sometimes: never;
    own: 'reason' | 'roomId' | 'seq';
  };
  'Mutation.requestAttachmentUpload': {
    always: never;
    sometimes: never;
    own: 'file' | 'roomId';
  };
  'Mutation.resolveReport': {
    always: never;
    sometimes: never;
    own: 'reason' | 'reportId' | 'requiredRole' | 'resolution' | 'roomId';
  };
  'Mutation.setMemberRole': {
    always: never;
    sometimes: never;
    own: 'allowSelf' | 'allowedStates' | 'changes' | 'isDelivered' | 'loggedAction' | 'noOpStates' | 'requiredRole' |
      'roomId';
  };
  'Mutation.startTyping': {
    always: never;
    sometimes: never;
    own: 'isDelivered' | 'isTyping' | 'roomId';
  };
  'Mutation.stopTyping': {
    always: never;
    sometimes: never;
    own: 'isDelivered' | 'isTyping' | 'roomId';
  };
  'Mutation.unbanMember': {
    always: never;
    sometimes: never;
    own: 'allowedStates' | 'changes' | 'isDelivered' | 'loggedAction' | 'noOpStates' | 'requiredRole' | 'roomId';
  };
  'Mutation.unmuteMember': {
    always: never;
    sometimes: never;
    own: 'allowedStates' | 'changes' | 'isDelivered' | 'loggedAction' | 'noOpStates' | 'requiredRole' | 'roomId';
  };
  'Mutation.updateChatRoom': {
    always: never;
    sometimes: never;
    own: 'expectedVersion' | 'loggedAction' | 'requiredRole' | 'roomId' | 'settings';
  };
  'Mutation.updateMessage': {
    always: never;
    sometimes: never;
    own: 'content' | 'expectedVersion' | 'isDelivered' | 'isFlagged' | 'mentions' | 'mentionsRoom' | 'requiredRole' |
      'roomId' | 'seq';
  };
  'Mutation.updateNotificationPreference': {
    always: never;
    sometimes: never;
    own: 'level' | 'mutedUntil' | 'roomId';
  };
  'Mutation.updatePresence': {
    always: never;
    sometimes: never;
    own: 'isDelivered' | 'roomId' | 'status';
  };
  'Query.attachmentUrl': {
    always: never;
    sometimes: never;
    own: 'index' | 'roomId' | 'seq';
  };
  'Query.getChatRoom': {
    always: never;
    sometimes: never;
    own: 'roomId';
  };
  'Query.getMessage': {
    always: never;
    sometimes: never;
    own: 'roomId' | 'seq';
  };
  'Query.listChatRooms': {
    always: never;
    sometimes: never;
    own: 'limit';
  };
  'Query.messagesByRoom': {
    always: never;
    sometimes: never;
    own: 'afterSeq' | 'beforeSeq' | 'limit' | 'roomId';
  };
  'Query.moderationLog': {
    always: never;
    sometimes: never;
    own: 'limit' | 'requiredRole' | 'roomId';
  };
  'Query.myChatRooms': {
    always: never;
    sometimes: never;
    own: 'limit' | 'state';
  };
  'Query.myInvitations': {
    always: never;
    sometimes: never;
    own: 'limit' | 'state';
  };
  'Query.myNotifications': {
    always: never;
    sometimes: never;
    own: 'beforeNotificationId' | 'limit' | 'unreadOnly';
  };
  'Query.presenceByRoom': {
    always: never;
    sometimes: never;
    own: 'audienceMaximum' | 'roomId';
  };
  'Query.reactionsByMessage': {
    always: never;
    sometimes: never;
    own: 'emoji' | 'limit' | 'roomId' | 'seq';
  };
  'Query.repliesByMessage': {
    always: never;
    sometimes: never;
    own: 'afterSeq' | 'limit' | 'roomId' | 'seq';
  };
  'Query.reports': {
    always: never;
    sometimes: never;
    own: 'limit' | 'requiredRole' | 'roomId' | 'status';
  };
  'Query.roomMembers': {
    always: never;
    sometimes: never;
    own: 'limit' | 'requiredRole' | 'roomId' | 'state';
  };
  'Query.seenBy': {
    always: never;
    sometimes: never;
    own: 'audienceMaximum' | 'roomId' | 'seq';
  };
  'Subscription.onMembershipChanged': {
    always: never;
    sometimes: never;
    own: 'roomId';
  };
  'Subscription.onMessageCreated': {
    always: never;
    sometimes: never;
    own: 'roomId';
  };
  'Subscription.onMessageDeleted': {
    always: never;
    sometimes: never;
    own: 'roomId';
  };
  'Subscription.onMessageUpdated': {
    always: never;
    sometimes: never;
    own: 'roomId';
  };
  'Subscription.onReactionAdded': {
    always: never;
    sometimes: never;
    own: 'roomId';
  };
  'Subscription.onReactionRemoved': {
    always: never;
    sometimes: never;
    own: 'roomId';
  };
  'Subscription.onTypingStarted': {
    always: never;
    sometimes: never;
    own: 'roomId';
  };
  'Subscription.onTypingStopped': {
    always: never;
    sometimes: never;
    own: 'roomId';
  };
  'Subscription.onUserPresenceChanged': {
    always: never;
    sometimes: never;
    own: 'roomId';
  };
  'acquireSendSlot': {
    always: 'admission' | 'attachments' | 'clientMessageId' | 'content' | 'expiresAt' | 'hasIdempotencyRecord' |
      'isDelivered' | 'isFlagged' | 'mentions' | 'mentionsRoom' | 'message' | 'replyToId' | 'replyToSeq' |
      'requiredRole' | 'room' | 'roomId' | 'senderId' | 'seq' | 'threadId' | 'type' | 'voidSeq';
    sometimes: never;
    own: 'isInSlowMode';
  };
  'activateMembership': {
    always: 'displayName' | 'isCounted' | 'isDelivered' | 'isInvited' | 'isRefused' | 'joinId' | 'joinedSeq' |
      'membership' | 'needsConsistentRead' | 'roomId';
    sometimes: never;
    own: never;
  };
  'addInlineReaction': {
    always: 'admission' | 'emoji' | 'eventuallyConsistentOk' | 'isDelivered' | 'reactionId' | 'room' | 'roomId' | 'seq';
    sometimes: never;
    own: never;
  };
  'addReactionRow': {
    always: 'admission' | 'emoji' | 'eventuallyConsistentOk' | 'isDelivered' | 'isOverflow' | 'isRefused' |
      'mustRevertReaction' | 'reactionId' | 'room' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: never;
  };
  'advanceRoom': {
    always: 'admission' | 'attachments' | 'clientMessageId' | 'content' | 'expiresAt' | 'hasIdempotencyRecord' |
      'isDelivered' | 'isFlagged' | 'isInSlowMode' | 'mentions' | 'mentionsRoom' | 'message' | 'refusedBy' | 'replyToId'
      | 'replyToSeq' | 'requiredRole' | 'room' | 'roomId' | 'senderId' | 'seq' | 'threadId' | 'type' | 'voidSeq';
    sometimes: never;
    own: 'createdAt';
  };
  'applyCounts': {
    always: 'admission' | 'failure' | 'isArchiving' | 'isDelivered' | 'isOwnerReleased' | 'isRefused' | 'isUnchanged' |
      'membership' | 'plan' | 'releaseId' | 'roomId';
    sometimes: 'allowSelf' | 'allowedStates' | 'changes' | 'loggedAction' | 'noOpStates' | 'requiredRole';
    own: never;
  };
  'archiveRoom': {
    always: 'admission' | 'auditId' | 'loggedAction' | 'requiredRole' | 'roomId';
    sometimes: never;
    own: never;
  };
  'assertMessageVisible': {
    always: 'admission' | 'roomId' | 'row' | 'seq';
    sometimes: 'audienceMaximum' | 'emoji' | 'index' | 'limit' | 'reason' | 'room';
    own: never;
  };
  'assertRoomVisible': {
    always: 'admission' | 'roomId';
    sometimes: 'afterSeq' | 'allowSelf' | 'allowedStates' | 'beforeSeq' | 'changes' | 'emoji' | 'expectedVersion' |
      'file' | 'index' | 'isDelivered' | 'isTyping' | 'level' | 'limit' | 'loggedAction' | 'membership' | 'mutedUntil' |
      'noOpStates' | 'plan' | 'reason' | 'reportId' | 'requiredRole' | 'resolution' | 'seq' | 'settings' | 'state' |
      'status' | 'userId';
    own: never;
  };
  'buildPresenceEvent': {
    always: 'admission' | 'isDelivered' | 'previousPresence' | 'room' | 'roomId' | 'status';
    sometimes: never;
    own: 'presence';
  };
  'buildTypingEvent': {
    always: 'admission' | 'isDelivered' | 'isTyping' | 'roomId';
    sometimes: never;
    own: 'indicator';
  };
  'changeMember': {
    always: 'admission' | 'isArchiving' | 'isDelivered' | 'isOwnerReleased' | 'isRefused' | 'membership' | 'plan' |
      'releaseId' | 'roomId';
    sometimes: 'allowSelf' | 'allowedStates' | 'changes' | 'loggedAction' | 'noOpStates' | 'requiredRole';
    own: never;
  };
  'closeGaps': {
    always: 'admission' | 'afterSeq' | 'beforeSeq' | 'hasMore' | 'limit' | 'page' | 'room' | 'roomId' | 'rows';
    sometimes: never;
    own: never;
  };
  'closeReport': {
    always: 'admission' | 'reason' | 'report' | 'reportId' | 'requiredRole' | 'resolution' | 'roomId';
    sometimes: never;
    own: never;
  };
  'confirmActivation': {
    always: 'displayName' | 'isCounted' | 'isDelivered' | 'isInvited' | 'isRefused' | 'joinId' | 'joinedSeq' |
      'membership' | 'needsConsistentRead' | 'roomId';
    sometimes: never;
    own: never;
  };
  'confirmEdit': {
    always: 'admission' | 'content' | 'expectedVersion' | 'isDelivered' | 'isFlagged' | 'isRefused' | 'mentions' |
      'mentionsRoom' | 'message' | 'replyToId' | 'requiredRole' | 'room' | 'roomId' | 'row' | 'seq' | 'threadId' |
      'voidSeq';
    sometimes: never;
    own: never;
  };
  'confirmErasure': {
    always: 'admission' | 'isDelivered' | 'isRefused' | 'reason' | 'requiredRole' | 'room' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: never;
  };
  'confirmInvitation': {
    always: 'admission' | 'displayName' | 'isDelivered' | 'isRefused' | 'membership' | 'requiredRole' | 'roomId' |
      'userId';
    sometimes: never;
    own: never;
  };
  'confirmJoiner': {
    always: 'displayName' | 'isCounted' | 'isDelivered' | 'isInvited' | 'isRefused' | 'joinId' | 'joinedSeq' |
      'membership' | 'needsConsistentRead' | 'roomId';
    sometimes: never;
    own: never;
  };
  'confirmMembership': {
    always: 'displayName' | 'isDelivered' | 'isInvited' | 'needsConsistentRead' | 'roomId';
    sometimes: never;
    own: never;
  };
  'confirmMessage': {
    always: 'admission' | 'attachments' | 'attemptId' | 'clientMessageId' | 'content' | 'createdAt' | 'expiresAt' |
      'hasIdempotencyRecord' | 'isDelivered' | 'isFlagged' | 'isInSlowMode' | 'isRefused' | 'isWritten' | 'mentions' |
      'mentionsRoom' | 'message' | 'refusedBy' | 'replyToId' | 'replyToSeq' | 'requiredRole' | 'room' | 'roomId' |
      'senderId' | 'seq' | 'threadId' | 'type' | 'voidSeq';
    sometimes: never;
    own: never;
  };
  'confirmNumber': {
    always: 'admission' | 'attachments' | 'clientMessageId' | 'content' | 'createdAt' | 'expiresAt' |
      'hasIdempotencyRecord' | 'isDelivered' | 'isFlagged' | 'isInSlowMode' | 'mentions' | 'mentionsRoom' | 'message' |
      'refusedBy' | 'replyToId' | 'replyToSeq' | 'requiredRole' | 'room' | 'roomId' | 'senderId' | 'seq' | 'threadId' |
      'type' | 'voidSeq';
    sometimes: never;
    own: never;
  };
  'confirmPrivacyJob': {
    always: 'countsFrom' | 'isRefused' | 'job' | 'kind';
    sometimes: never;
    own: never;
  };
  'confirmReaction': {
    always: 'admission' | 'emoji' | 'eventuallyConsistentOk' | 'isDelivered' | 'isRefused' | 'mustRevertReaction' |
      'reactionId' | 'room' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: never;
  };
  'confirmReactionRemoval': {
    always: 'admission' | 'emoji' | 'eventuallyConsistentOk' | 'isDelivered' | 'isRefused' | 'reactionId' | 'room' |
      'roomId' | 'row' | 'seq';
    sometimes: never;
    own: never;
  };
  'confirmRead': {
    always: 'admission' | 'consistentRoomRead' | 'isDelivered' | 'isRefused' | 'markedMembership' | 'room' | 'roomId' |
      'seq';
    sometimes: never;
    own: never;
  };
  'confirmRelease': {
    always: 'admission' | 'isDelivered' | 'isOwnerReleased' | 'isRefused' | 'membership' | 'plan' | 'releaseId' |
      'roomId';
    sometimes: 'allowSelf' | 'allowedStates' | 'changes' | 'loggedAction' | 'noOpStates' | 'requiredRole';
    own: never;
  };
  'confirmReport': {
    always: 'admission' | 'isRefused' | 'reason' | 'report' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: never;
  };
  'confirmRoomChange': {
    always: 'admission' | 'auditId' | 'failure' | 'isRefused' | 'loggedAction' | 'requiredRole' | 'room' | 'roomId';
    sometimes: 'expectedVersion' | 'settings';
    own: never;
  };
  'countMember': {
    always: 'displayName' | 'isDelivered' | 'isInvited' | 'membership' | 'needsConsistentRead' | 'roomId';
    sometimes: 'isCounted' | 'isRefused' | 'joinedSeq';
    own: 'joinId';
  };
  'countReply': {
    always: 'admission' | 'attachments' | 'attemptId' | 'clientMessageId' | 'content' | 'createdAt' | 'expiresAt' |
      'hasIdempotencyRecord' | 'isDelivered' | 'isFlagged' | 'isInSlowMode' | 'isRefused' | 'isWritten' | 'mentions' |
      'mentionsRoom' | 'message' | 'refusedBy' | 'replyToId' | 'replyToSeq' | 'requiredRole' | 'room' | 'roomId' |
      'senderId' | 'seq' | 'threadId' | 'type' | 'voidSeq';
    sometimes: never;
    own: never;
  };
  'createDirectRoom': {
    always: 'displayNames' | 'room' | 'roomId' | 'userIds';
    sometimes: never;
    own: 'created';
  };
  'createRoom': {
    always: 'displayName' | 'room';
    sometimes: never;
    own: 'created';
  };
  'editMessage': {
    always: 'admission' | 'content' | 'expectedVersion' | 'isDelivered' | 'isFlagged' | 'mentions' | 'mentionsRoom' |
      'message' | 'replyToId' | 'requiredRole' | 'room' | 'roomId' | 'seq' | 'threadId' | 'voidSeq';
    sometimes: never;
    own: never;
  };
  'eraseMessage': {
    always: 'admission' | 'isDelivered' | 'reason' | 'requiredRole' | 'room' | 'roomId' | 'seq';
    sometimes: never;
    own: never;
  };
  'eraseOthersMessage': {
    always: 'admission' | 'isDelivered' | 'isOthersMessage' | 'isRefused' | 'reason' | 'requiredRole' | 'room' |
      'roomId' | 'row' | 'seq';
    sometimes: never;
    own: never;
  };
  'findRoom': {
    always: 'roomId';
    sometimes: never;
    own: never;
  };
  'findThreadRoot': {
    always: 'admission' | 'afterSeq' | 'limit' | 'page' | 'roomId' | 'seq';
    sometimes: never;
    own: never;
  };
  'loadDirectRoomUsers': {
    always: 'roomId' | 'userIds';
    sometimes: never;
    own: never;
  };
  'loadJoiner': {
    always: 'isDelivered' | 'roomId';
    sometimes: never;
    own: never;
  };
  'loadLeaver': {
    always: 'isDelivered' | 'roomId';
    sometimes: never;
    own: never;
  };
  'logAction': {
    always: 'admission' | 'loggedAction' | 'requiredRole' | 'roomId';
    sometimes: 'expectedVersion' | 'settings';
    own: 'auditId';
  };
  'markNotifications': {
    always: 'beforeNotificationId' | 'hasMore' | 'limit' | 'rows' | 'unreadOnly';
    sometimes: never;
    own: never;
  };
  'markRead': {
    always: 'admission' | 'consistentRoomRead' | 'isDelivered' | 'room' | 'roomId' | 'seq';
    sometimes: never;
    own: 'markedMembership';
  };
  'putIdempotencyRecord': {
    always: 'admission' | 'attachments' | 'clientMessageId' | 'content' | 'createdAt' | 'expiresAt' |
      'hasIdempotencyRecord' | 'isDelivered' | 'isFlagged' | 'isInSlowMode' | 'mentions' | 'mentionsRoom' | 'message' |
      'refusedBy' | 'replyToId' | 'replyToSeq' | 'requiredRole' | 'room' | 'roomId' | 'senderId' | 'seq' | 'threadId' |
      'type' | 'voidSeq';
    sometimes: never;
    own: never;
  };
  'putInvitation': {
    always: 'admission' | 'displayName' | 'isDelivered' | 'membership' | 'requiredRole' | 'roomId' | 'userId';
    sometimes: never;
    own: never;
  };
  'putMessage': {
    always: 'admission' | 'attachments' | 'clientMessageId' | 'content' | 'createdAt' | 'expiresAt' |
      'hasIdempotencyRecord' | 'isDelivered' | 'isFlagged' | 'isInSlowMode' | 'mentions' | 'mentionsRoom' | 'message' |
      'refusedBy' | 'replyToId' | 'replyToSeq' | 'requiredRole' | 'room' | 'roomId' | 'senderId' | 'seq' | 'threadId' |
      'type' | 'voidSeq';
    sometimes: never;
    own: 'attemptId';
  };
  'putPrivacyJob': {
    always: 'countsFrom' | 'kind';
    sometimes: never;
    own: never;
  };
  'putReport': {
    always: 'admission' | 'reason' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: never;
  };
  'queryAudience': {
    always: 'admission' | 'audienceMaximum' | 'room' | 'roomId';
    sometimes: 'audience' | 'audienceToken' | 'row' | 'seq';
    own: never;
  };
  'queryAudit': {
    always: 'admission' | 'limit' | 'requiredRole' | 'roomId';
    sometimes: never;
    own: 'page';
  };
  'queryMembers': {
    always: 'admission' | 'limit' | 'requiredRole' | 'roomId' | 'state';
    sometimes: never;
    own: 'page';
  };
  'queryMessagesAfter': {
    always: 'admission' | 'afterSeq' | 'beforeSeq' | 'limit' | 'page' | 'roomId';
    sometimes: 'areGapsClosed' | 'hasMore' | 'room' | 'rows';
    own: never;
  };
  'queryMessagesBefore': {
    always: 'admission' | 'afterSeq' | 'beforeSeq' | 'limit' | 'roomId';
    sometimes: never;
    own: 'page';
  };
  'queryMyMemberships': {
    always: 'limit' | 'state';
    sometimes: never;
    own: 'page';
  };
  'queryNotifications': {
    always: 'beforeNotificationId' | 'limit' | 'unreadOnly';
    sometimes: never;
    own: never;
  };
  'queryPublicRooms': {
    always: 'limit';
    sometimes: never;
    own: never;
  };
  'queryReactions': {
    always: 'admission' | 'emoji' | 'limit' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: 'reactions';
  };
  'queryReplies': {
    always: 'admission' | 'afterSeq' | 'limit' | 'roomId' | 'seq';
    sometimes: never;
    own: 'page';
  };
  'queryReports': {
    always: 'admission' | 'limit' | 'requiredRole' | 'roomId' | 'status';
    sometimes: never;
    own: 'page';
  };
  'readChangedMessage': {
    always: 'admission' | 'isDelivered' | 'isRefused' | 'isRowOutdated' | 'room' | 'roomId' | 'row' | 'seq';
    sometimes: 'emoji' | 'eventuallyConsistentOk' | 'isOthersMessage' | 'isOverflow' | 'mustRevertReaction' |
      'reactionId' | 'reason' | 'requiredRole';
    own: never;
  };
  'readDirectRoom': {
    always: 'created' | 'displayNames' | 'room' | 'roomId' | 'userIds';
    sometimes: never;
    own: never;
  };
  'readInvitee': {
    always: 'admission' | 'isDelivered' | 'requiredRole' | 'roomId' | 'userId';
    sometimes: never;
    own: never;
  };
  'readMemberAndRoom': {
    always: 'roomId';
    sometimes: 'audienceMaximum' | 'consistentRoomRead' | 'content' | 'emoji' | 'eventuallyConsistentOk' |
      'expectedVersion' | 'isDelivered' | 'isFlagged' | 'mentions' | 'mentionsRoom' | 'reactionId' | 'reason' |
      'requiredRole' | 'seq';
    own: never;
  };
  'readMessage': {
    always: 'admission' | 'roomId' | 'seq';
    sometimes: 'audienceMaximum' | 'emoji' | 'index' | 'limit' | 'reason' | 'room';
    own: never;
  };
  'readNames': {
    always: 'admission' | 'emoji' | 'limit' | 'nextToken' | 'reactions' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: 'names';
  };
  'readNotifications': {
    always: 'beforeNotificationId' | 'hasMore' | 'limit' | 'rows' | 'unreadOnly';
    sometimes: never;
    own: never;
  };
  'readOwnPresence': {
    always: 'isDelivered' | 'roomId' | 'status';
    sometimes: never;
    own: never;
  };
  'readPresences': {
    always: 'admission' | 'audience' | 'audienceMaximum' | 'audienceToken' | 'room' | 'roomId';
    sometimes: never;
    own: 'presenceStart' | 'presences';
  };
  'readProfile': {
    always: 'room';
    sometimes: never;
    own: never;
  };
  'readReferences': {
    always: 'admission' | 'content' | 'isDelivered' | 'isFlagged' | 'mentions' | 'mentionsRoom' | 'requiredRole' |
      'room' | 'roomId' | 'seq';
    sometimes: 'attachments' | 'clientMessageId' | 'expectedVersion' | 'expiresAt' | 'hasIdempotencyRecord' |
      'replyToSeq' | 'senderId' | 'type';
    own: never;
  };
  'readReport': {
    always: 'admission' | 'reason' | 'reportId' | 'requiredRole' | 'resolution' | 'roomId';
    sometimes: never;
    own: never;
  };
  'readRoomHead': {
    always: 'admission' | 'afterSeq' | 'limit' | 'page' | 'roomId';
    sometimes: 'beforeSeq' | 'hasMore' | 'rows' | 'seq';
    own: never;
  };
  'readRooms': {
    always: 'limit';
    sometimes: 'nextToken' | 'page' | 'state';
    own: 'roomIds' | 'rooms';
  };
  'readSender': {
    always: 'attachments' | 'clientMessageId' | 'content' | 'isDelivered' | 'isFlagged' | 'mentions' | 'mentionsRoom' |
      'replyToSeq' | 'requiredRole' | 'roomId' | 'senderId' | 'type';
    sometimes: never;
    own: never;
  };
  'readTarget': {
    always: 'admission' | 'allowedStates' | 'changes' | 'isDelivered' | 'loggedAction' | 'noOpStates' | 'requiredRole' |
      'roomId';
    sometimes: 'allowSelf';
    own: never;
  };
  'refreshPreview': {
    always: 'admission' | 'isDelivered' | 'isRefused' | 'requiredRole' | 'room' | 'roomId' | 'row' | 'seq';
    sometimes: 'content' | 'expectedVersion' | 'isFlagged' | 'isOthersMessage' | 'isPreviewDone' | 'isRowOutdated' |
      'mentions' | 'mentionsRoom' | 'message' | 'reason' | 'replyToId' | 'threadId' | 'voidSeq';
    own: never;
  };
  'releaseOwner': {
    always: 'admission' | 'isDelivered' | 'membership' | 'plan' | 'roomId';
    sometimes: 'allowSelf' | 'allowedStates' | 'changes' | 'loggedAction' | 'noOpStates' | 'requiredRole';
    own: 'releaseId';
  };
  'removeInlineReaction': {
    always: 'admission' | 'emoji' | 'eventuallyConsistentOk' | 'isDelivered' | 'reactionId' | 'room' | 'roomId' | 'seq';
    sometimes: never;
    own: never;
  };
  'removeReactionRow': {
    always: 'admission' | 'emoji' | 'eventuallyConsistentOk' | 'isDelivered' | 'isOverflow' | 'isRefused' | 'reactionId'
      | 'room' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: never;
  };
  'requireMembership': {
    always: 'roomId';
    sometimes: 'admission' | 'afterSeq' | 'allowSelf' | 'allowedStates' | 'beforeSeq' | 'changes' | 'emoji' |
      'expectedVersion' | 'file' | 'index' | 'isDelivered' | 'isTyping' | 'level' | 'limit' | 'loggedAction' |
      'mutedUntil' | 'noOpStates' | 'reason' | 'reportId' | 'requiredRole' | 'resolution' | 'room' | 'seq' | 'settings'
      | 'state' | 'status' | 'userId';
    own: never;
  };
  'revertInlineReaction': {
    always: 'admission' | 'emoji' | 'eventuallyConsistentOk' | 'isDelivered' | 'isOverflow' | 'isRefused' |
      'mustRevertReaction' | 'reactionId' | 'room' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: never;
  };
  'revertLogEntry': {
    always: 'admission' | 'auditId' | 'failure' | 'isRefused' | 'loggedAction' | 'mustRevertLogEntry' | 'requiredRole' |
      'room' | 'roomId';
    sometimes: 'expectedVersion' | 'settings';
    own: never;
  };
  'savePresence': {
    always: 'admission' | 'isDelivered' | 'previousPresence' | 'room' | 'roomId' | 'status';
    sometimes: never;
    own: never;
  };
  'setNotificationPreference': {
    always: 'admission' | 'level' | 'mutedUntil' | 'roomId';
    sometimes: never;
    own: never;
  };
  'signDownload': {
    always: 'admission' | 'index' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: never;
  };
  'signUpload': {
    always: 'admission' | 'file' | 'roomId';
    sometimes: never;
    own: 'key';
  };
  'uncountMember': {
    always: 'displayName' | 'existingMembership' | 'isCounted' | 'isDelivered' | 'isInvited' | 'isRefused' | 'joinId' |
      'joinedSeq' | 'membership' | 'needsConsistentRead' | 'roomId';
    sometimes: never;
    own: never;
  };
  'updateRoom': {
    always: 'admission' | 'auditId' | 'expectedVersion' | 'loggedAction' | 'requiredRole' | 'roomId' | 'settings';
    sometimes: never;
    own: never;
  };
};

/** Operation or function -> the keys of the stash in its response handler; see stash.d.ts. */
export type ResponseKeys = {
  'Mutation.archiveChatRoom': {
    always: 'admission' | 'auditId' | 'failure' | 'isRefused' | 'loggedAction' | 'mustRevertLogEntry' | 'requiredRole' |
      'room' | 'roomId';
    sometimes: never;
    own: never;
  };
  'Mutation.banMember': {
    always: 'admission' | 'allowedStates' | 'changes' | 'failure' | 'isArchiving' | 'isDelivered' | 'isOwnerReleased' |
      'isRefused' | 'isUnchanged' | 'loggedAction' | 'membership' | 'noOpStates' | 'plan' | 'releaseId' | 'requiredRole'
      | 'roomId';
    sometimes: never;
    own: never;
  };
  'Mutation.createChatRoom': {
    always: 'created' | 'displayName' | 'room';
    sometimes: never;
    own: never;
  };
  'Mutation.createMessage': {
    always: 'admission' | 'attachments' | 'attemptId' | 'clientMessageId' | 'content' | 'createdAt' | 'expiresAt' |
      'hasIdempotencyRecord' | 'isDelivered' | 'isFlagged' | 'isInSlowMode' | 'isRefused' | 'isWritten' | 'mentions' |
      'mentionsRoom' | 'message' | 'refusedBy' | 'replyToId' | 'replyToSeq' | 'requiredRole' | 'room' | 'roomId' |
      'senderId' | 'seq' | 'threadId' | 'type' | 'voidSeq';
    sometimes: never;
    own: never;
  };
  'Mutation.createReaction': {
    always: 'admission' | 'emoji' | 'eventuallyConsistentOk' | 'isDelivered' | 'isOverflow' | 'isRefused' |
      'isRowOutdated' | 'mustRevertReaction' | 'reactionId' | 'room' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: never;
  };
  'Mutation.deleteMessage': {
    always: 'admission' | 'isDelivered' | 'isOthersMessage' | 'isPreviewDone' | 'isRefused' | 'isRowOutdated' | 'reason'
      | 'requiredRole' | 'room' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: never;
  };
  'Mutation.deleteMyAccount': {
    always: 'countsFrom' | 'isRefused' | 'job' | 'kind';
    sometimes: never;
    own: never;
  };
  'Mutation.deleteReaction': {
    always: 'admission' | 'emoji' | 'eventuallyConsistentOk' | 'isDelivered' | 'isOverflow' | 'isRefused' |
      'isRowOutdated' | 'reactionId' | 'room' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: never;
  };
  'Mutation.exportMyData': {
    always: 'countsFrom' | 'isRefused' | 'job' | 'kind';
    sometimes: never;
    own: never;
  };
  'Mutation.inviteToChatRoom': {
    always: 'admission' | 'displayName' | 'isDelivered' | 'isRefused' | 'membership' | 'requiredRole' | 'roomId' |
      'userId';
    sometimes: never;
    own: never;
  };
  'Mutation.joinChatRoom': {
    always: 'displayName' | 'existingMembership' | 'isCounted' | 'isDelivered' | 'isInvited' | 'isRefused' | 'joinId' |
      'joinedSeq' | 'membership' | 'needsConsistentRead' | 'roomId';
    sometimes: never;
    own: never;
  };
  'Mutation.leaveChatRoom': {
    always: 'admission' | 'failure' | 'isArchiving' | 'isDelivered' | 'isOwnerReleased' | 'isRefused' | 'isUnchanged' |
      'membership' | 'plan' | 'releaseId' | 'roomId';
    sometimes: never;
    own: never;
  };
  'Mutation.markAllNotificationsRead': {
    always: 'beforeNotificationId' | 'hasMore' | 'limit' | 'rows' | 'unreadOnly';
    sometimes: never;
    own: never;
  };
  'Mutation.markRoomRead': {
    always: 'admission' | 'consistentRoomRead' | 'isDelivered' | 'isRefused' | 'markedMembership' | 'room' | 'roomId' |
      'seq';
    sometimes: never;
    own: never;
  };
  'Mutation.muteMember': {
    always: 'admission' | 'allowedStates' | 'changes' | 'failure' | 'isArchiving' | 'isDelivered' | 'isOwnerReleased' |
      'isRefused' | 'isUnchanged' | 'loggedAction' | 'membership' | 'noOpStates' | 'plan' | 'releaseId' | 'requiredRole'
      | 'roomId';
    sometimes: never;
    own: never;
  };
  'Mutation.openDirectRoom': {
    always: 'created' | 'displayNames' | 'room' | 'roomId' | 'userIds';
    sometimes: never;
    own: never;
  };
  'Mutation.removeMember': {
    always: 'admission' | 'allowedStates' | 'changes' | 'failure' | 'isArchiving' | 'isDelivered' | 'isOwnerReleased' |
      'isRefused' | 'isUnchanged' | 'loggedAction' | 'membership' | 'noOpStates' | 'plan' | 'releaseId' | 'requiredRole'
      | 'roomId';
    sometimes: never;
    own: never;
  };
  'Mutation.reportMessage': {
    always: 'admission' | 'isRefused' | 'reason' | 'report' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: never;
  };
  'Mutation.requestAttachmentUpload': {
    always: 'admission' | 'file' | 'key' | 'roomId' | 'upload';
    sometimes: never;
    own: never;
  };
  'Mutation.resolveReport': {
    always: 'admission' | 'reason' | 'report' | 'reportId' | 'requiredRole' | 'resolution' | 'roomId';
    sometimes: never;
    own: never;
  };
  'Mutation.setMemberRole': {
    always: 'admission' | 'allowSelf' | 'allowedStates' | 'changes' | 'failure' | 'isArchiving' | 'isDelivered' |
      'isOwnerReleased' | 'isRefused' | 'isUnchanged' | 'loggedAction' | 'membership' | 'noOpStates' | 'plan' |
      'releaseId' | 'requiredRole' | 'roomId';
    sometimes: never;
    own: never;
  };
  'Mutation.startTyping': {
    always: 'admission' | 'indicator' | 'isDelivered' | 'isTyping' | 'roomId';
    sometimes: never;
    own: never;
  };
  'Mutation.stopTyping': {
    always: 'admission' | 'indicator' | 'isDelivered' | 'isTyping' | 'roomId';
    sometimes: never;
    own: never;
  };
  'Mutation.unbanMember': {
    always: 'admission' | 'allowedStates' | 'changes' | 'failure' | 'isArchiving' | 'isDelivered' | 'isOwnerReleased' |
      'isRefused' | 'isUnchanged' | 'loggedAction' | 'membership' | 'noOpStates' | 'plan' | 'releaseId' | 'requiredRole'
      | 'roomId';
    sometimes: never;
    own: never;
  };
  'Mutation.unmuteMember': {
    always: 'admission' | 'allowedStates' | 'changes' | 'failure' | 'isArchiving' | 'isDelivered' | 'isOwnerReleased' |
      'isRefused' | 'isUnchanged' | 'loggedAction' | 'membership' | 'noOpStates' | 'plan' | 'releaseId' | 'requiredRole'
      | 'roomId';
    sometimes: never;
    own: never;
  };
  'Mutation.updateChatRoom': {
    always: 'admission' | 'auditId' | 'expectedVersion' | 'failure' | 'isRefused' | 'loggedAction' |
      'mustRevertLogEntry' | 'requiredRole' | 'room' | 'roomId' | 'settings';
    sometimes: never;
    own: never;
  };
  'Mutation.updateMessage': {
    always: 'admission' | 'content' | 'expectedVersion' | 'isDelivered' | 'isFlagged' | 'isPreviewDone' | 'isRefused' |
      'mentions' | 'mentionsRoom' | 'message' | 'replyToId' | 'requiredRole' | 'room' | 'roomId' | 'row' | 'seq' |
      'threadId' | 'voidSeq';
    sometimes: never;
    own: never;
  };
  'Mutation.updateNotificationPreference': {
    always: 'admission' | 'level' | 'mutedUntil' | 'preference' | 'roomId';
    sometimes: never;
    own: never;
  };
  'Mutation.updatePresence': {
    always: 'admission' | 'isDelivered' | 'presence' | 'previousPresence' | 'room' | 'roomId' | 'status';
    sometimes: never;
    own: never;
  };
  'Query.attachmentUrl': {
    always: 'admission' | 'download' | 'index' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: never;
  };
  'Query.getChatRoom': {
    always: 'admission' | 'room' | 'roomId';
    sometimes: never;
    own: never;
  };
  'Query.getMessage': {
    always: 'admission' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: never;
  };
  'Query.listChatRooms': {
    always: 'limit' | 'nextToken' | 'roomIds' | 'rooms';
    sometimes: never;
    own: never;
  };
  'Query.messagesByRoom': {
    always: 'admission' | 'afterSeq' | 'areGapsClosed' | 'beforeSeq' | 'hasMore' | 'limit' | 'page' | 'room' | 'roomId'
      | 'rows';
    sometimes: never;
    own: never;
  };
  'Query.moderationLog': {
    always: 'admission' | 'limit' | 'page' | 'requiredRole' | 'roomId';
    sometimes: never;
    own: never;
  };
  'Query.myChatRooms': {
    always: 'limit' | 'page' | 'roomIds' | 'rooms' | 'state';
    sometimes: never;
    own: never;
  };
  'Query.myInvitations': {
    always: 'limit' | 'page' | 'roomIds' | 'rooms' | 'state';
    sometimes: never;
    own: never;
  };
  'Query.myNotifications': {
    always: 'beforeNotificationId' | 'hasMore' | 'lastKey' | 'limit' | 'rows' | 'unreadOnly';
    sometimes: never;
    own: never;
  };
  'Query.presenceByRoom': {
    always: 'admission' | 'audience' | 'audienceMaximum' | 'audienceToken' | 'presenceStart' | 'presences' | 'room' |
      'roomId';
    sometimes: never;
    own: never;
  };
  'Query.reactionsByMessage': {
    always: 'admission' | 'emoji' | 'limit' | 'names' | 'nextToken' | 'reactions' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: never;
  };
  'Query.repliesByMessage': {
    always: 'admission' | 'afterSeq' | 'limit' | 'page' | 'room' | 'roomId' | 'seq';
    sometimes: never;
    own: never;
  };
  'Query.reports': {
    always: 'admission' | 'limit' | 'page' | 'requiredRole' | 'roomId' | 'status';
    sometimes: never;
    own: never;
  };
  'Query.roomMembers': {
    always: 'admission' | 'limit' | 'page' | 'requiredRole' | 'roomId' | 'state';
    sometimes: never;
    own: never;
  };
  'Query.seenBy': {
    always: 'admission' | 'audience' | 'audienceMaximum' | 'audienceToken' | 'room' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: never;
  };
  'Subscription.onMembershipChanged': {
    always: 'admission' | 'roomId';
    sometimes: never;
    own: never;
  };
  'Subscription.onMessageCreated': {
    always: 'admission' | 'roomId';
    sometimes: never;
    own: never;
  };
  'Subscription.onMessageDeleted': {
    always: 'admission' | 'roomId';
    sometimes: never;
    own: never;
  };
  'Subscription.onMessageUpdated': {
    always: 'admission' | 'roomId';
    sometimes: never;
    own: never;
  };
  'Subscription.onReactionAdded': {
    always: 'admission' | 'roomId';
    sometimes: never;
    own: never;
  };
  'Subscription.onReactionRemoved': {
    always: 'admission' | 'roomId';
    sometimes: never;
    own: never;
  };
  'Subscription.onTypingStarted': {
    always: 'admission' | 'roomId';
    sometimes: never;
    own: never;
  };
  'Subscription.onTypingStopped': {
    always: 'admission' | 'roomId';
    sometimes: never;
    own: never;
  };
  'Subscription.onUserPresenceChanged': {
    always: 'admission' | 'roomId';
    sometimes: never;
    own: never;
  };
  'acquireSendSlot': {
    always: 'admission' | 'attachments' | 'clientMessageId' | 'content' | 'expiresAt' | 'hasIdempotencyRecord' |
      'isDelivered' | 'isFlagged' | 'isInSlowMode' | 'mentions' | 'mentionsRoom' | 'message' | 'replyToId' |
      'replyToSeq' | 'requiredRole' | 'room' | 'roomId' | 'senderId' | 'seq' | 'threadId' | 'type' | 'voidSeq';
    sometimes: never;
    own: 'refusedBy';
  };
  'activateMembership': {
    always: 'displayName' | 'isCounted' | 'isDelivered' | 'isInvited' | 'isRefused' | 'joinId' | 'joinedSeq' |
      'membership' | 'needsConsistentRead' | 'roomId';
    sometimes: never;
    own: never;
  };
  'addInlineReaction': {
    always: 'admission' | 'emoji' | 'eventuallyConsistentOk' | 'isDelivered' | 'reactionId' | 'room' | 'roomId' | 'seq';
    sometimes: never;
    own: 'isRefused' | 'mustRevertReaction' | 'row';
  };
  'addReactionRow': {
    always: 'admission' | 'emoji' | 'eventuallyConsistentOk' | 'isDelivered' | 'isOverflow' | 'isRefused' |
      'mustRevertReaction' | 'reactionId' | 'room' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: 'isRowOutdated';
  };
  'advanceRoom': {
    always: 'admission' | 'attachments' | 'clientMessageId' | 'content' | 'createdAt' | 'expiresAt' |
      'hasIdempotencyRecord' | 'isDelivered' | 'isFlagged' | 'isInSlowMode' | 'mentions' | 'mentionsRoom' | 'message' |
      'refusedBy' | 'replyToId' | 'replyToSeq' | 'requiredRole' | 'room' | 'roomId' | 'senderId' | 'seq' | 'threadId' |
      'type' | 'voidSeq';
    sometimes: never;
    own: never;
  };
  'applyCounts': {
    always: 'admission' | 'failure' | 'isArchiving' | 'isDelivered' | 'isOwnerReleased' | 'isRefused' | 'isUnchanged' |
      'membership' | 'plan' | 'releaseId' | 'roomId';
    sometimes: 'allowSelf' | 'allowedStates' | 'changes' | 'loggedAction' | 'noOpStates' | 'requiredRole';
    own: never;
  };
  'archiveRoom': {
    always: 'admission' | 'auditId' | 'loggedAction' | 'requiredRole' | 'roomId';
    sometimes: never;
    own: 'failure' | 'isRefused' | 'room';
  };
  'assertMessageVisible': {
    always: 'admission' | 'roomId' | 'row' | 'seq';
    sometimes: 'audienceMaximum' | 'emoji' | 'index' | 'limit' | 'reason' | 'room';
    own: never;
  };
  'assertRoomVisible': {
    always: 'admission' | 'roomId';
    sometimes: 'afterSeq' | 'allowSelf' | 'allowedStates' | 'beforeSeq' | 'changes' | 'emoji' | 'expectedVersion' |
      'file' | 'index' | 'isDelivered' | 'isTyping' | 'level' | 'limit' | 'loggedAction' | 'membership' | 'mutedUntil' |
      'noOpStates' | 'plan' | 'reason' | 'reportId' | 'requiredRole' | 'resolution' | 'seq' | 'settings' | 'state' |
      'status' | 'userId';
    own: never;
  };
  'buildPresenceEvent': {
    always: 'admission' | 'isDelivered' | 'presence' | 'previousPresence' | 'room' | 'roomId' | 'status';
    sometimes: never;
    own: never;
  };
  'buildTypingEvent': {
    always: 'admission' | 'indicator' | 'isDelivered' | 'isTyping' | 'roomId';
    sometimes: never;
    own: never;
  };
  'changeMember': {
    always: 'admission' | 'isArchiving' | 'isDelivered' | 'isOwnerReleased' | 'isRefused' | 'membership' | 'plan' |
      'releaseId' | 'roomId';
    sometimes: 'allowSelf' | 'allowedStates' | 'changes' | 'loggedAction' | 'noOpStates' | 'requiredRole';
    own: 'failure' | 'isUnchanged';
  };
  'closeGaps': {
    always: 'admission' | 'afterSeq' | 'beforeSeq' | 'hasMore' | 'limit' | 'page' | 'room' | 'roomId' | 'rows';
    sometimes: never;
    own: 'areGapsClosed';
  };
  'closeReport': {
    always: 'admission' | 'reason' | 'report' | 'reportId' | 'requiredRole' | 'resolution' | 'roomId';
    sometimes: never;
    own: never;
  };
  'confirmActivation': {
    always: 'displayName' | 'isCounted' | 'isDelivered' | 'isInvited' | 'isRefused' | 'joinId' | 'joinedSeq' |
      'membership' | 'needsConsistentRead' | 'roomId';
    sometimes: never;
    own: 'existingMembership';
  };
  'confirmEdit': {
    always: 'admission' | 'content' | 'expectedVersion' | 'isDelivered' | 'isFlagged' | 'isRefused' | 'mentions' |
      'mentionsRoom' | 'message' | 'replyToId' | 'requiredRole' | 'room' | 'roomId' | 'row' | 'seq' | 'threadId' |
      'voidSeq';
    sometimes: never;
    own: never;
  };
  'confirmErasure': {
    always: 'admission' | 'isDelivered' | 'isRefused' | 'reason' | 'requiredRole' | 'room' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: 'isOthersMessage';
  };
  'confirmInvitation': {
    always: 'admission' | 'displayName' | 'isDelivered' | 'isRefused' | 'membership' | 'requiredRole' | 'roomId' |
      'userId';
    sometimes: never;
    own: never;
  };
  'confirmJoiner': {
    always: 'displayName' | 'isCounted' | 'isDelivered' | 'isInvited' | 'isRefused' | 'joinId' | 'joinedSeq' |
      'membership' | 'needsConsistentRead' | 'roomId';
    sometimes: never;
    own: never;
  };
  'confirmMembership': {
    always: 'displayName' | 'isDelivered' | 'isInvited' | 'needsConsistentRead' | 'roomId';
    sometimes: never;
    own: 'membership';
  };
  'confirmMessage': {
    always: 'admission' | 'attachments' | 'attemptId' | 'clientMessageId' | 'content' | 'createdAt' | 'expiresAt' |
      'hasIdempotencyRecord' | 'isDelivered' | 'isFlagged' | 'isInSlowMode' | 'isRefused' | 'isWritten' | 'mentions' |
      'mentionsRoom' | 'message' | 'refusedBy' | 'replyToId' | 'replyToSeq' | 'requiredRole' | 'room' | 'roomId' |
      'senderId' | 'seq' | 'threadId' | 'type' | 'voidSeq';
    sometimes: never;
    own: never;
  };
  'confirmNumber': {
    always: 'admission' | 'attachments' | 'clientMessageId' | 'content' | 'createdAt' | 'expiresAt' |
      'hasIdempotencyRecord' | 'isDelivered' | 'isFlagged' | 'isInSlowMode' | 'mentions' | 'mentionsRoom' | 'message' |
      'refusedBy' | 'replyToId' | 'replyToSeq' | 'requiredRole' | 'room' | 'roomId' | 'senderId' | 'seq' | 'threadId' |
      'type' | 'voidSeq';
    sometimes: never;
    own: never;
  };
  'confirmPrivacyJob': {
    always: 'countsFrom' | 'isRefused' | 'job' | 'kind';
    sometimes: never;
    own: never;
  };
  'confirmReaction': {
    always: 'admission' | 'emoji' | 'eventuallyConsistentOk' | 'isDelivered' | 'isRefused' | 'mustRevertReaction' |
      'reactionId' | 'room' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: 'isOverflow';
  };
  'confirmReactionRemoval': {
    always: 'admission' | 'emoji' | 'eventuallyConsistentOk' | 'isDelivered' | 'isRefused' | 'reactionId' | 'room' |
      'roomId' | 'row' | 'seq';
    sometimes: never;
    own: 'isOverflow';
  };
  'confirmRead': {
    always: 'admission' | 'consistentRoomRead' | 'isDelivered' | 'isRefused' | 'markedMembership' | 'room' | 'roomId' |
      'seq';
    sometimes: never;
    own: never;
  };
  'confirmRelease': {
    always: 'admission' | 'isDelivered' | 'isOwnerReleased' | 'isRefused' | 'membership' | 'plan' | 'releaseId' |
      'roomId';
    sometimes: 'allowSelf' | 'allowedStates' | 'changes' | 'loggedAction' | 'noOpStates' | 'requiredRole';
    own: 'isArchiving';
  };
  'confirmReport': {
    always: 'admission' | 'isRefused' | 'reason' | 'report' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: never;
  };
  'confirmRoomChange': {
    always: 'admission' | 'auditId' | 'failure' | 'isRefused' | 'loggedAction' | 'requiredRole' | 'room' | 'roomId';
    sometimes: 'expectedVersion' | 'settings';
    own: 'mustRevertLogEntry';
  };
  'countMember': {
    always: 'displayName' | 'isDelivered' | 'isInvited' | 'joinId' | 'membership' | 'needsConsistentRead' | 'roomId';
    sometimes: never;
    own: 'isCounted' | 'isRefused' | 'joinedSeq';
  };
  'countReply': {
    always: 'admission' | 'attachments' | 'attemptId' | 'clientMessageId' | 'content' | 'createdAt' | 'expiresAt' |
      'hasIdempotencyRecord' | 'isDelivered' | 'isFlagged' | 'isInSlowMode' | 'isRefused' | 'isWritten' | 'mentions' |
      'mentionsRoom' | 'message' | 'refusedBy' | 'replyToId' | 'replyToSeq' | 'requiredRole' | 'room' | 'roomId' |
      'senderId' | 'seq' | 'threadId' | 'type' | 'voidSeq';
    sometimes: never;
    own: never;
  };
  'createDirectRoom': {
    always: 'created' | 'displayNames' | 'room' | 'roomId' | 'userIds';
    sometimes: never;
    own: never;
  };
  'createRoom': {
    always: 'created' | 'displayName' | 'room';
    sometimes: never;
    own: never;
  };
  'editMessage': {
    always: 'admission' | 'content' | 'expectedVersion' | 'isDelivered' | 'isFlagged' | 'mentions' | 'mentionsRoom' |
      'message' | 'replyToId' | 'requiredRole' | 'room' | 'roomId' | 'seq' | 'threadId' | 'voidSeq';
    sometimes: never;
    own: 'isRefused' | 'row';
  };
  'eraseMessage': {
    always: 'admission' | 'isDelivered' | 'reason' | 'requiredRole' | 'room' | 'roomId' | 'seq';
    sometimes: never;
    own: 'isRefused' | 'row';
  };
  'eraseOthersMessage': {
    always: 'admission' | 'isDelivered' | 'isOthersMessage' | 'isRefused' | 'reason' | 'requiredRole' | 'room' |
      'roomId' | 'row' | 'seq';
    sometimes: never;
    own: 'isRowOutdated';
  };
  'findRoom': {
    always: 'roomId';
    sometimes: never;
    own: 'admission' | 'room';
  };
  'findThreadRoot': {
    always: 'admission' | 'afterSeq' | 'limit' | 'page' | 'roomId' | 'seq';
    sometimes: never;
    own: never;
  };
  'loadDirectRoomUsers': {
    always: 'roomId' | 'userIds';
    sometimes: never;
    own: 'displayNames' | 'room';
  };
  'loadJoiner': {
    always: 'isDelivered' | 'roomId';
    sometimes: never;
    own: 'displayName' | 'isInvited' | 'needsConsistentRead';
  };
  'loadLeaver': {
    always: 'isDelivered' | 'roomId';
    sometimes: never;
    own: 'admission' | 'membership' | 'plan';
  };
  'logAction': {
    always: 'admission' | 'auditId' | 'loggedAction' | 'requiredRole' | 'roomId';
    sometimes: 'expectedVersion' | 'settings';
    own: never;
  };
  'markNotifications': {
    always: 'beforeNotificationId' | 'hasMore' | 'limit' | 'rows' | 'unreadOnly';
    sometimes: never;
    own: never;
  };
  'markRead': {
    always: 'admission' | 'consistentRoomRead' | 'isDelivered' | 'markedMembership' | 'room' | 'roomId' | 'seq';
    sometimes: never;
    own: 'isRefused';
  };
  'putIdempotencyRecord': {
    always: 'admission' | 'attachments' | 'clientMessageId' | 'content' | 'createdAt' | 'expiresAt' |
      'hasIdempotencyRecord' | 'isDelivered' | 'isFlagged' | 'isInSlowMode' | 'mentions' | 'mentionsRoom' | 'message' |
      'refusedBy' | 'replyToId' | 'replyToSeq' | 'requiredRole' | 'room' | 'roomId' | 'senderId' | 'seq' | 'threadId' |
      'type' | 'voidSeq';
    sometimes: never;
    own: never;
  };
  'putInvitation': {
    always: 'admission' | 'displayName' | 'isDelivered' | 'membership' | 'requiredRole' | 'roomId' | 'userId';
    sometimes: never;
    own: 'isRefused';
  };
  'putMessage': {
    always: 'admission' | 'attachments' | 'attemptId' | 'clientMessageId' | 'content' | 'createdAt' | 'expiresAt' |
      'hasIdempotencyRecord' | 'isDelivered' | 'isFlagged' | 'isInSlowMode' | 'mentions' | 'mentionsRoom' | 'message' |
      'refusedBy' | 'replyToId' | 'replyToSeq' | 'requiredRole' | 'room' | 'roomId' | 'senderId' | 'seq' | 'threadId' |
      'type' | 'voidSeq';
    sometimes: never;
    own: 'isRefused' | 'isWritten';
  };
  'putPrivacyJob': {
    always: 'countsFrom' | 'kind';
    sometimes: never;
    own: 'isRefused' | 'job';
  };
  'putReport': {
    always: 'admission' | 'reason' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: 'isRefused' | 'report';
  };
  'queryAudience': {
    always: 'admission' | 'audienceMaximum' | 'room' | 'roomId';
    sometimes: 'row' | 'seq';
    own: 'audience' | 'audienceToken';
  };
  'queryAudit': {
    always: 'admission' | 'limit' | 'page' | 'requiredRole' | 'roomId';
    sometimes: never;
    own: never;
  };
  'queryMembers': {
    always: 'admission' | 'limit' | 'page' | 'requiredRole' | 'roomId' | 'state';
    sometimes: never;
    own: never;
  };
  'queryMessagesAfter': {
    always: 'admission' | 'afterSeq' | 'beforeSeq' | 'limit' | 'page' | 'roomId';
    sometimes: 'areGapsClosed' | 'room';
    own: 'hasMore' | 'rows';
  };
  'queryMessagesBefore': {
    always: 'admission' | 'afterSeq' | 'beforeSeq' | 'limit' | 'page' | 'roomId';
    sometimes: never;
    own: never;
  };
  'queryMyMemberships': {
    always: 'limit' | 'page' | 'state';
    sometimes: never;
    own: never;
  };
  'queryNotifications': {
    always: 'beforeNotificationId' | 'limit' | 'unreadOnly';
    sometimes: never;
    own: 'hasMore' | 'rows';
  };
  'queryPublicRooms': {
    always: 'limit';
    sometimes: never;
    own: 'nextToken' | 'roomIds';
  };
  'queryReactions': {
    always: 'admission' | 'emoji' | 'limit' | 'reactions' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: 'nextToken';
  };
  'queryReplies': {
    always: 'admission' | 'afterSeq' | 'limit' | 'page' | 'roomId' | 'seq';
    sometimes: never;
    own: never;
  };
  'queryReports': {
    always: 'admission' | 'limit' | 'page' | 'requiredRole' | 'roomId' | 'status';
    sometimes: never;
    own: never;
  };
  'readChangedMessage': {
    always: 'admission' | 'isDelivered' | 'isRefused' | 'isRowOutdated' | 'room' | 'roomId' | 'row' | 'seq';
    sometimes: 'emoji' | 'eventuallyConsistentOk' | 'isOthersMessage' | 'isOverflow' | 'mustRevertReaction' |
      'reactionId' | 'reason' | 'requiredRole';
    own: never;
  };
  'readDirectRoom': {
    always: 'created' | 'displayNames' | 'room' | 'roomId' | 'userIds';
    sometimes: never;
    own: never;
  };
  'readInvitee': {
    always: 'admission' | 'isDelivered' | 'requiredRole' | 'roomId' | 'userId';
    sometimes: never;
    own: 'displayName' | 'membership';
  };
  'readMemberAndRoom': {
    always: 'roomId';
    sometimes: 'audienceMaximum' | 'consistentRoomRead' | 'content' | 'emoji' | 'eventuallyConsistentOk' |
      'expectedVersion' | 'isDelivered' | 'isFlagged' | 'mentions' | 'mentionsRoom' | 'reactionId' | 'reason' |
      'requiredRole' | 'seq';
    own: 'admission' | 'room';
  };
  'readMessage': {
    always: 'admission' | 'roomId' | 'seq';
    sometimes: 'audienceMaximum' | 'emoji' | 'index' | 'limit' | 'reason' | 'room';
    own: 'row';
  };
  'readNames': {
    always: 'admission' | 'emoji' | 'limit' | 'names' | 'nextToken' | 'reactions' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: never;
  };
  'readNotifications': {
    always: 'beforeNotificationId' | 'hasMore' | 'limit' | 'rows' | 'unreadOnly';
    sometimes: never;
    own: 'lastKey';
  };
  'readOwnPresence': {
    always: 'isDelivered' | 'roomId' | 'status';
    sometimes: never;
    own: 'admission' | 'previousPresence' | 'room';
  };
  'readPresences': {
    always: 'admission' | 'audience' | 'audienceMaximum' | 'audienceToken' | 'presenceStart' | 'presences' | 'room' |
      'roomId';
    sometimes: never;
    own: never;
  };
  'readProfile': {
    always: 'room';
    sometimes: never;
    own: 'displayName';
  };
  'readReferences': {
    always: 'admission' | 'content' | 'isDelivered' | 'isFlagged' | 'mentions' | 'mentionsRoom' | 'requiredRole' |
      'room' | 'roomId' | 'seq';
    sometimes: 'attachments' | 'clientMessageId' | 'expectedVersion' | 'expiresAt' | 'hasIdempotencyRecord' |
      'replyToSeq' | 'senderId' | 'type';
    own: 'message' | 'replyToId' | 'threadId' | 'voidSeq';
  };
  'readReport': {
    always: 'admission' | 'reason' | 'reportId' | 'requiredRole' | 'resolution' | 'roomId';
    sometimes: never;
    own: 'report';
  };
  'readRoomHead': {
    always: 'admission' | 'afterSeq' | 'limit' | 'page' | 'roomId';
    sometimes: 'beforeSeq' | 'hasMore' | 'rows' | 'seq';
    own: 'room';
  };
  'readRooms': {
    always: 'limit' | 'roomIds' | 'rooms';
    sometimes: 'nextToken' | 'page' | 'state';
    own: never;
  };
  'readSender': {
    always: 'attachments' | 'clientMessageId' | 'content' | 'isDelivered' | 'isFlagged' | 'mentions' | 'mentionsRoom' |
      'replyToSeq' | 'requiredRole' | 'roomId' | 'senderId' | 'type';
    sometimes: never;
    own: 'admission' | 'expiresAt' | 'hasIdempotencyRecord' | 'room' | 'seq';
  };
  'readTarget': {
    always: 'admission' | 'allowedStates' | 'changes' | 'isDelivered' | 'loggedAction' | 'noOpStates' | 'requiredRole' |
      'roomId';
    sometimes: 'allowSelf';
    own: 'membership' | 'plan';
  };
  'refreshPreview': {
    always: 'admission' | 'isDelivered' | 'isRefused' | 'requiredRole' | 'room' | 'roomId' | 'row' | 'seq';
    sometimes: 'content' | 'expectedVersion' | 'isFlagged' | 'isOthersMessage' | 'isRowOutdated' | 'mentions' |
      'mentionsRoom' | 'message' | 'reason' | 'replyToId' | 'threadId' | 'voidSeq';
    own: 'isPreviewDone';
  };
  'releaseOwner': {
    always: 'admission' | 'isDelivered' | 'membership' | 'plan' | 'releaseId' | 'roomId';
    sometimes: 'allowSelf' | 'allowedStates' | 'changes' | 'loggedAction' | 'noOpStates' | 'requiredRole';
    own: 'isOwnerReleased' | 'isRefused';
  };
  'removeInlineReaction': {
    always: 'admission' | 'emoji' | 'eventuallyConsistentOk' | 'isDelivered' | 'reactionId' | 'room' | 'roomId' | 'seq';
    sometimes: never;
    own: 'isRefused' | 'row';
  };
  'removeReactionRow': {
    always: 'admission' | 'emoji' | 'eventuallyConsistentOk' | 'isDelivered' | 'isOverflow' | 'isRefused' | 'reactionId'
      | 'room' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: 'isRowOutdated';
  };
  'requireMembership': {
    always: 'roomId';
    sometimes: 'afterSeq' | 'allowSelf' | 'allowedStates' | 'beforeSeq' | 'changes' | 'emoji' | 'expectedVersion' |
      'file' | 'index' | 'isDelivered' | 'isTyping' | 'level' | 'limit' | 'loggedAction' | 'mutedUntil' | 'noOpStates' |
      'reason' | 'reportId' | 'requiredRole' | 'resolution' | 'room' | 'seq' | 'settings' | 'state' | 'status' |
      'userId';
    own: 'admission';
  };
  'revertInlineReaction': {
    always: 'admission' | 'emoji' | 'eventuallyConsistentOk' | 'isDelivered' | 'isOverflow' | 'isRefused' |
      'mustRevertReaction' | 'reactionId' | 'room' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: never;
  };
  'revertLogEntry': {
    always: 'admission' | 'auditId' | 'failure' | 'isRefused' | 'loggedAction' | 'mustRevertLogEntry' | 'requiredRole' |
      'room' | 'roomId';
    sometimes: 'expectedVersion' | 'settings';
    own: never;
  };
  'savePresence': {
    always: 'admission' | 'isDelivered' | 'previousPresence' | 'room' | 'roomId' | 'status';
    sometimes: never;
    own: never;
  };
  'setNotificationPreference': {
    always: 'admission' | 'level' | 'mutedUntil' | 'roomId';
    sometimes: never;
    own: 'preference';
  };
  'signDownload': {
    always: 'admission' | 'index' | 'roomId' | 'row' | 'seq';
    sometimes: never;
    own: 'download';
  };
  'signUpload': {
    always: 'admission' | 'file' | 'key' | 'roomId';
    sometimes: never;
    own: 'upload';
  };
  'uncountMember': {
    always: 'displayName' | 'existingMembership' | 'isCounted' | 'isDelivered' | 'isInvited' | 'isRefused' | 'joinId' |
      'joinedSeq' | 'membership' | 'needsConsistentRead' | 'roomId';
    sometimes: never;
    own: never;
  };
  'updateRoom': {
    always: 'admission' | 'auditId' | 'expectedVersion' | 'loggedAction' | 'requiredRole' | 'roomId' | 'settings';
    sometimes: never;
    own: 'failure' | 'isRefused' | 'room';
  };
};
