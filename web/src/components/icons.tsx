/** Line icons, 20 x 20, in the color of the surrounding text. */
import type { JSX } from 'preact';

const PATHS = {
  add: 'M10 4v12M4 10h12',
  back: 'M12.5 4.5 7 10l5.5 5.5',
  bell: 'M5 8.5a5 5 0 0 1 10 0c0 4 1.5 5 1.5 5h-13S5 12.5 5 8.5M8.3 16a1.8 1.8 0 0 0 3.4 0',
  check: 'm4.5 10.5 3.5 3.5 7.5-8',
  close: 'm5 5 10 10M15 5 5 15',
  compass: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm2.8-9.8-1.6 4-4 1.6 1.6-4Z',
  copy: 'M7 7V4h9v9h-3M4 7h9v9H4z',
  edit: 'm4 16 .8-3.2L13 4.5l2.5 2.5-8.3 8.2z',
  file: 'M6 3h5l4 4v10H6zM11 3v4h4',
  flag: 'M5 17V3.5h8.5l-1.5 3 1.5 3H5',
  leave: 'M8 4H4v12h4M9 10h8m-3-3 3 3-3 3',
  moon: 'M16 11.5A6.5 6.5 0 1 1 8.5 4a5.2 5.2 0 0 0 7.5 7.5Z',
  more: 'M4.5 10h.8M9.6 10h.8M14.7 10h.8',
  paperclip: 'm15 9-5.2 5.2a3 3 0 0 1-4.3-4.3L11 4.4a2 2 0 0 1 2.9 2.9l-5.5 5.4a1 1 0 0 1-1.4-1.4L11.8 6.5',
  people: 'M7.5 9.5a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4ZM2.5 16c0-3 2.2-4.5 5-4.5s5 1.5 5 4.5M13 4.5a2.5 2.5 0 0 1 0 4.8M14.5 11.8c1.8.5 3 1.8 3 4.2',
  reply: 'M8 5 3.5 9.5 8 14M4 9.5h7c3.5 0 5.5 2 5.5 5.5',
  send: 'M3.5 10 16.5 4l-4 12.5-3-5.5zM9.5 11l7-7',
  settings: 'M4 6h7m3 0h2M4 14h2m3 0h7M12.5 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM7.5 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  shield: 'M10 3l6 2v4.5c0 3.8-2.5 6.3-6 7.5-3.5-1.2-6-3.7-6-7.5V5z',
  smile: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM7.5 8.5h.01M12.5 8.5h.01M7 11.8c1.6 2 4.4 2 6 0',
  sun: 'M10 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM10 2.5v1.5M10 16v1.5M2.5 10H4M16 10h1.5M4.7 4.7l1 1M14.3 14.3l1 1M4.7 15.3l1-1M14.3 5.7l1-1',
  thread: 'M4 4.5h12v8H9l-3 3v-3H4z',
  trash: 'M4.5 6h11M8 6V4h4v2M6 6l.7 10.5h6.6L14 6',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}

export function Logo(): JSX.Element {
  return (
    <svg class="logo" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
      <path class="logo-back" d="M4 6h15a5 5 0 0 1 5 5v3a5 5 0 0 1-5 5h-7l-5 4v-4H4z" />
      <path class="logo-front" d="M28 12h-9a5 5 0 0 0-5 5v2a5 5 0 0 0 5 5h4l5 4z" />
    </svg>
  );
}
