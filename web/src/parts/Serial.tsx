import { useState } from 'react';
import { Icon } from './Icon';

/** A serial, fingerprint or other exact text: monospace, copied with a click; `shown` stands for one that is too long to read. */
export function Serial({ text, label, shown = text }: { text: string; label?: string; shown?: string }) {
  const [copied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard?.writeText(text).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    });
  };
  return (
    <button type="button" className="serial" onClick={copy} title="Copy" aria-label={`Copy ${label ?? text}`}>
      <span className="serial-text">{shown}</span>
      <Icon name={copied ? 'tick' : 'copy'} size={13} />
      <span className="unseen" aria-live="polite">
        {copied ? 'Copied' : ''}
      </span>
    </button>
  );
}
