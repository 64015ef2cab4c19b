/** Fields with a maximum length in the backend's characters; `maxlength` counts an emoji as two or more. */
import { countOf } from '../characters';

/** @returns the value of the field; if it is too long, the form cannot be submitted. */
export function read(field: HTMLInputElement | HTMLTextAreaElement, longest: number): string {
  const excess = countOf(field.value) - longest;
  field.setCustomValidity(excess > 0 ? `Shorten this by ${excess} ${excess === 1 ? 'character' : 'characters'}.` : '');
  return field.value;
}
