/** Fields with a maximum length in the backend's characters; `maxlength` counts an emoji as two or more. */
import { characterCount } from '../characters';

/** @returns the value of the field; if it is too long, the form cannot be submitted. */
export function readField(field: HTMLInputElement | HTMLTextAreaElement, maxLength: number): string {
  const excess = characterCount(field.value) - maxLength;
  field.setCustomValidity(excess > 0 ? `Shorten this by ${excess} ${excess === 1 ? 'character' : 'characters'}.` : '');
  return field.value;
}
