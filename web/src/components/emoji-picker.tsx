/** A picker with common emoji. */
import type { JSX } from 'preact';
import { Popover } from './menu';

const EMOJI: readonly (readonly [string, string])[] = [
  ['👍', 'thumbs up'],
  ['❤️', 'heart'],
  ['😂', 'tears of joy'],
  ['🎉', 'party'],
  ['🙏', 'thanks'],
  ['👀', 'eyes'],
  ['✅', 'done'],
  ['🔥', 'fire'],
  ['😮', 'surprised'],
  ['😢', 'sad'],
  ['🤔', 'thinking'],
  ['👏', 'applause'],
  ['🚀', 'rocket'],
  ['☕', 'coffee'],
  ['💡', 'idea'],
  ['👎', 'thumbs down'],
];

interface EmojiPickerProps {
  readonly label: string;
  readonly onPick: (emoji: string) => void;
}

export function EmojiPicker({ label, onPick }: EmojiPickerProps): JSX.Element {
  return (
    <Popover label={label} icon="smile" role="group" class="emoji-picker">
      {(close) =>
        EMOJI.map(([emoji, name]) => (
          <button
            key={emoji}
            type="button"
            class="emoji"
            aria-label={name}
            title={name}
            onClick={() => {
              close();
              onPick(emoji);
            }}
          >
            {emoji}
          </button>
        ))
      }
    </Popover>
  );
}
