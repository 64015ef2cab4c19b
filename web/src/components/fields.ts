/** Fields with a longest text, in the characters that the backend counts; `maxlength` counts an emoji as two or more. */
import { countOf } from '../characters';

/** @returns what is in the field; the form is not sent as long as that is too long. */
export function read(field: HTMLInputElement | HTMLTextAreaElement, longest: number): string {
  const excess = countOf(field.value) - longest;
  field.setCustomValidity(excess > 0 ? `Shorten this by ${excess} ${excess === 1 ? 'character' : 'characters'}.` : '');
  return field.value;
}
