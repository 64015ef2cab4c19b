/** Types of the API's objects under the names that this client uses. */
import type {
  ChatRoomFieldsFragment,
  MembershipFieldsFragment,
  MeQuery,
  ModerationLogQuery,
  MyChatRoomsQuery,
  MyInvitationsQuery,
  NotificationFieldsFragment,
  ReportFieldsFragment,
  TypingIndicatorFieldsFragment,
  UserPresenceFieldsFragment,
} from '../api/operations';

export type Room = ChatRoomFieldsFragment;
export type Membership = MembershipFieldsFragment;
export type Notification = NotificationFieldsFragment;
export type Report = ReportFieldsFragment;
export type TypingIndicator = TypingIndicatorFieldsFragment;
export type Presence = UserPresenceFieldsFragment;
export type Me = NonNullable<MeQuery['me']>;
export type MyRoom = NonNullable<MyChatRoomsQuery['myChatRooms']>['items'][number];
export type Invitation = NonNullable<MyInvitationsQuery['myInvitations']>['items'][number];
export type ModerationEntry = NonNullable<ModerationLogQuery['moderationLog']>['items'][number];
