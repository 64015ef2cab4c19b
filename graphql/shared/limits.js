/**
 * Every limit of the API, in one place. Lengths are in UTF-16 code units, as JavaScript counts: an emoji is two.
 */

export const roomNameLength = 80;
export const roomDescriptionLength = 250;

/** The PostConfirmation function cuts names to the same length. */
export const displayNameLength = 64;

export const contentLength = 4000;
export const previewLength = 100;

/** Of a moderation act. */
export const reasonLength = 512;

/** Charset and length together, for util.matches. */
export const clientMessageIdPattern = '^[A-Za-z0-9._:-]{1,64}$';
export const clientMessageIdRule = '1 to 64 letters, digits, "-", "_", "." or ":"';

/** Ids of users are the pool's; the pattern keeps out the separators of composed keys. */
export const userIdPattern = '^[A-Za-z0-9_-]{1,64}$';

/** Ids of rooms are UUIDs, those of direct rooms two ids of users; "#" separates composed keys and is kept out. */
export const roomIdPattern = '^(direct:[A-Za-z0-9_-]{1,64}:)?[A-Za-z0-9_-]{1,64}$';

export const slowModeSecondsMaximum = 21600;
export const retentionDaysMaximum = 3650;

/** A year. */
export const muteSecondsMaximum = 31536000;

export const pageSize = 50;
export const pageSizeMaximum = 100;

/** Sequence numbers are GraphQL Ints. */
export const sequenceMaximum = 2147483647;

/** The age at which a sequence number without a message may be closed; an AppSync request lives 30 seconds at most. */
export const holeAgeMilliseconds = 60000;
