import { flushSync } from 'react-dom';

/** Lets `write` change a field's text and puts the caret at once: a key that follows finds it in its place. */
export function writeWithCaret(field: HTMLInputElement | HTMLTextAreaElement | null, caret: number, write: () => void): void {
  flushSync(write);
  field?.focus();
  field?.setSelectionRange(caret, caret);
}
