/**
 * Every limit of the API, in one place. Lengths are in characters, which are Unicode code points: an emoji such as 👍 is one.
 */

export const roomNameLength = 80;
export const roomDescriptionLength = 250;

/** The PostConfirmation function cuts names to the same length. */
export const displayNameLength = 64;

export const contentLength = 4000;
export const previewLength = 100;

/** What stands where the name of somebody stood whose account was deleted. The function `privacy` writes the same. */
export const deletedName = 'Deleted user';

/** Of a moderation act. */
export const reasonLength = 512;

/** An emoji of several parts, such as a family, or the name of one. */
export const emojiLength = 32;
export const distinctEmojiMaximum = 20;

/** As many as keep a message of 400 bytes below 2 KB, and so reacting to it within two write units. */
export const inlineReactionsMaximum = 32;

/** How long a TypingIndicator holds; clients that go on writing repeat it every 10 seconds. */
export const typingSeconds = 12;

/** How far apart the clocks may be that a time was written by and is compared with, before it is taken for a wrong one. */
export const clockToleranceSeconds = 60;

/** A client says every 60 seconds that its user is there; a little less lets no heartbeat fall between two writes. */
export const presenceWriteSeconds = 55;

/** Two heartbeats missed. */
export const offlineSeconds = 120;
export const presenceMembersMaximum = 200;
export const seenByMembersMaximum = 100;

/** Memberships read at once: the most members that somebody asks for, and some who have left. */
export const membershipsAtOnce = 300;

/** From one export of a user's data to the next. */
export const exportHours = 24;

/** Keys in one BatchGetItem: DynamoDB's own limit. */
export const batchMaximum = 100;

/** Charset and length together, for isWhole, as all patterns here. */
export const clientMessageIdPattern = '[A-Za-z0-9._:-]{1,64}';
export const clientMessageIdRule = '1 to 64 letters, digits, "-", "_", "." or ":"';

/** Ids of users are the pool's; the pattern keeps out the separators of composed keys. */
export const userIdPattern = '[A-Za-z0-9_-]{1,64}';

/** Ids of rooms are UUIDs, those of direct rooms two ids of users; "#" separates composed keys and is kept out. */
export const roomIdPattern = '(direct:[A-Za-z0-9_-]{1,64}:)?[A-Za-z0-9_-]{1,64}';

export const slowModeSecondsMaximum = 21600;
export const retentionDaysMaximum = 3650;

/** A year. */
export const muteSecondsMaximum = 31536000;

/** Ids of notifications have the form of ULIDs. */
export const notificationIdPattern = '[0-9A-HJKMNP-TV-Z]{26}';

/** Unread notifications that markAllNotificationsRead marks in one call, and those that are counted at all. */
export const markedAtOnce = 25;
export const countedNotifications = 100;

export const mentionsMaximum = 25;
export const daySeconds = 24 * 3600;

export const pageSize = 50;
export const pageSizeMaximum = 100;

/** Sequence numbers are GraphQL Ints. */
export const sequenceMaximum = 2147483647;

/** The age at which a sequence number without a message may be closed; an AppSync request lives 30 seconds at most. */
export const holeAgeMilliseconds = 60000;

/** A file of 25 MiB is what phones make; larger ones need uploads in parts. */
export const attachmentsMaximum = 10;
export const attachmentSizeMaximum = 26214400;
export const attachmentNameLength = 100;
export const attachmentNamePattern = '[A-Za-z0-9._-]{1,100}';
export const attachmentKeyPattern = 'rooms/[^/]+/[^/]+/[0-9A-Z]{26}/[A-Za-z0-9._-]{1,100}';

/** Nothing that a browser would run: no HTML, no SVG, no script. */
export const attachmentTypes = [
  'application/pdf',
  'application/zip',
  'audio/mp4',
  'audio/mpeg',
  'audio/ogg',
  'image/gif',
  'image/jpeg',
  'image/png',
  'image/webp',
  'text/csv',
  'text/plain',
  'video/mp4',
  'video/webm',
];
