import { useState } from 'react';
import { Icon } from './Icon';

/** A serial, fingerprint or other exact text: monospace, copied with a click. */
export function Serial({ text, label }: { text: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard?.writeText(text).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    });
  };
  return (
    <button type="button" className="serial" onClick={copy} title="Copy" aria-label={`Copy ${label ?? text}`}>
      <span className="serial-text">{text}</span>
      <Icon name={copied ? 'tick' : 'copy'} size={13} />
      <span className="unseen" aria-live="polite">
        {copied ? 'Copied' : ''}
      </span>
    </button>
  );
}
