/** The moderation panel: open reports, banned users, and the moderation log. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { errorMessage } from '../api/errors';
import { DeleteMessage, ModerationLog, Reports, ResolveReport, RoomMembers, UnbanMember } from '../api/operations';
import type { ModerationAction, ReportResolution } from '../api/operations';
import { allPages } from '../api/pages';
import { attempt } from '../state/notices';
import { focusedMessageId } from '../state/panels';
import type { Membership, ModerationEntry, Report } from '../state/types';
import { EmptyState, Loading, ErrorMessage } from './basics';
import { useChat, useRoom } from './context';
import { Panel } from './panel';
import { formatDuration, fullTime, listTime } from './times';

const ACTIONS: Record<ModerationAction, string> = {
  ROOM_UPDATED: 'changed the room',
  ROOM_ARCHIVED: 'archived the room',
  ROLE_CHANGED: 'changed the role of',
  MEMBER_REMOVED: 'removed',
  MEMBER_BANNED: 'banned',
  MEMBER_UNBANNED: 'unbanned',
  MEMBER_MUTED: 'muted',
  MEMBER_UNMUTED: 'unmuted',
  MESSAGE_DELETED: 'removed a message from',
  REPORT_RESOLVED: 'resolved a report about',
};

type Tab = 'reports' | 'banned' | 'log';

const TABS: readonly (readonly [Tab, string])[] = [
  ['reports', 'Reports'],
  ['banned', 'Banned'],
  ['log', 'Log'],
];

export function ModerationPanel(): JSX.Element {
  const [tab, setTab] = useState<Tab>('reports');
  return (
    <Panel title="Moderation">
      <div class="tabs" role="tablist" aria-label="Moderation">
        {TABS.map(([name, text]) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={tab === name}
            aria-controls="moderation-tab"
            onClick={() => setTab(name)}
          >
            {text}
          </button>
        ))}
      </div>
      <div class="panel-body" id="moderation-tab" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
        {tab === 'reports' && <ReportQueue />}
        {tab === 'banned' && <Banned />}
        {tab === 'log' && <Log />}
      </div>
    </Panel>
  );
}

interface ListState<Row> {
  readonly rows: readonly Row[] | undefined;
  readonly error: string | undefined;
  readonly refresh: () => Promise<void>;
}

/** Reads a list when the tab is shown, and again on `refresh`. */
function useList<Row>(read: () => Promise<Row[]>): ListState<Row> {
  const room = useRoom();
  const [rows, setRows] = useState<readonly Row[]>();
  const [error, setError] = useState<string>();
  const refresh = async (): Promise<void> => {
    try {
      setRows(await read());
    } catch (error) {
      setError(errorMessage(error));
    }
  };
  useEffect(() => void refresh(), [room]);
  return { rows, error, refresh };
}

interface ListProps<Row> {
  readonly list: ListState<Row>;
  readonly label: string;
  readonly emptyTitle: string;
  readonly children: (row: Row) => ComponentChildren;
}

function List<Row>({ list: { rows, error }, label, emptyTitle, children }: ListProps<Row>): JSX.Element {
  if (error !== undefined) {
    return <ErrorMessage>{error}</ErrorMessage>;
  }
  if (rows === undefined) {
    return <Loading label={label} />;
  }
  return rows.length === 0 ? <EmptyState title={emptyTitle} /> : <ul class="entries">{rows.map(children)}</ul>;
}

function ReportQueue(): JSX.Element {
  const chat = useChat();
  const room = useRoom();
  const chatRoomId = room.id;
  const list = useList(() =>
    allPages((nextToken) => chat.api.request(Reports, { chatRoomId, status: 'OPEN', nextToken })),
  );
  const resolve = (report: Report, resolution: ReportResolution): Promise<boolean> =>
    attempt(async () => {
      if (resolution === 'ACTED_ON') {
        await chat.api.request(DeleteMessage, { id: report.messageId, reason: report.reason });
      }
      await chat.api.request(ResolveReport, { chatRoomId, reportId: report.id, resolution });
      await list.refresh();
    });
  return (
    <List list={list} label="reports" emptyTitle="No open reports.">
      {(report) => (
        <li key={report.id} class="entry">
          <p>
            <strong>{report.reporterName}</strong> reported a message: “{report.reason}”
          </p>
          <p class="hint" title={fullTime(report.createdAt)}>
            {listTime(report.createdAt)}
          </p>
          <p class="entry-actions">
            <button type="button" class="button small" onClick={() => (focusedMessageId.value = report.messageId)}>
              Show
            </button>
            <button type="button" class="button small" onClick={() => void resolve(report, 'DISMISSED')}>
              Dismiss
            </button>
            <button type="button" class="button small dangerous" onClick={() => void resolve(report, 'ACTED_ON')}>
              Remove message
            </button>
          </p>
        </li>
      )}
    </List>
  );
}

function Banned(): JSX.Element {
  const chat = useChat();
  const room = useRoom();
  const chatRoomId = room.id;
  const list = useList(() =>
    allPages((nextToken) => chat.api.request(RoomMembers, { chatRoomId, state: 'BANNED', nextToken })),
  );
  const unban = ({ userId }: Membership): Promise<boolean> =>
    attempt(async () => {
      await chat.api.request(UnbanMember, { chatRoomId, userId });
      await list.refresh();
    });
  return (
    <List list={list} label="bans" emptyTitle="No banned members.">
      {(member) => (
        <li key={member.userId} class="entry">
          <p>
            <strong>{member.displayName}</strong>
          </p>
          <p class="entry-actions">
            <button type="button" class="button small" onClick={() => void unban(member)}>
              Unban
            </button>
          </p>
        </li>
      )}
    </List>
  );
}

function Log(): JSX.Element {
  const chat = useChat();
  const room = useRoom();
  const chatRoomId = room.id;
  const list = useList(() => allPages((nextToken) => chat.api.request(ModerationLog, { chatRoomId, nextToken }), 2));
  return (
    <List list={list} label="the log" emptyTitle="No entries yet.">
      {(entry) => (
        <li key={entry.id} class="entry">
          <p>
            <strong>{entry.actorName}</strong> {ACTIONS[entry.action]} {nameOf(entry, room.members.value)}
            {entry.reason !== null && `: “${entry.reason}”`}
          </p>
          <p class="hint" title={fullTime(entry.createdAt)}>
            {[...entry.changes.map(({ name, value }) => changeText(name, value)), listTime(entry.createdAt)].join(', ')}
          </p>
        </li>
      )}
    </List>
  );
}

/** Labels of changed properties of rooms, members and reports. */
const CHANGES: Readonly<Record<string, string>> = {
  name: 'name',
  description: 'description',
  visibility: 'visibility',
  slowModeSeconds: 'slow mode',
  frozen: 'frozen',
  historyVisibility: 'history for new members',
  retentionDays: 'days until messages are deleted',
  role: 'role',
  mutedUntil: 'muted until',
  resolution: 'resolution',
};

function changeText(name: string, value: string | null): string {
  return `${CHANGES[name] ?? 'other setting'}: ${valueText(name, value)}`;
}

function valueText(name: string, value: string | null): string {
  switch (name) {
    case 'slowModeSeconds':
      return value === null || value === '0' ? 'off' : formatDuration(Number(value));
    case 'mutedUntil':
      return value === null ? 'not muted' : fullTime(value);
    case 'frozen':
      return value === 'true' ? 'yes' : 'no';
    default:
      return value !== null && /^[A-Z_]+$/.test(value) ? value.toLowerCase().replaceAll('_', ' ') : (value ?? 'none');
  }
}

function nameOf({ userId }: ModerationEntry, members: ReadonlyMap<string, Membership>): string {
  return userId === null ? '' : (members.get(userId)?.displayName ?? 'a former member');
}
