/** The root component. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { route } from '../state/navigation';
import { session, startSession } from '../state/session';
import { Loading } from './basics';
import { ChatContext } from './context';
import { Dialogs } from './dialogs';
import { Notices } from './notices';
import { Main } from './room-view';
import { Sidebar } from './sidebar';
import { SignIn } from './sign-in';

export function Application(): JSX.Element {
  useEffect(() => void startSession(), []);
  return (
    <>
      <Content />
      <Notices />
    </>
  );
}

function Content(): JSX.Element {
  const state = session.value;
  switch (state.kind) {
    case 'starting':
      return (
        <main class="sign-in">
          <h1 class="visually-hidden">Parley</h1>
          <Loading label="Parley" />
        </main>
      );
    case 'broken':
      return (
        <main class="sign-in">
          <h1>Parley</h1>
          <p role="alert">{state.message}</p>
          <button type="button" class="button primary" onClick={() => void startSession()}>
            Try again
          </button>
        </main>
      );
    case 'signed out':
      return <SignIn demo={state.demo} />;
    case 'signed in':
      return (
        <ChatContext.Provider value={state.chat}>
          <UnreadTitle />
          <div class={route.value.roomId === undefined ? 'layout' : 'layout layout-room'}>
            <Sidebar />
            <Main />
          </div>
          <Dialogs />
        </ChatContext.Provider>
      );
  }
}

/** Shows the number of rooms with unread messages in the title of the tab. */
function UnreadTitle(): null {
  const state = session.value;
  const unread = state.kind === 'signed in' ? state.chat.rooms.unreadRooms.value : 0;
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) Parley` : 'Parley';
  }, [unread]);
  return null;
}
