import { useEffect, useState } from 'react';

/** Grey bars in place of what is loading, shown only after 300 ms. */
export function Skeleton({ rows = 6 }: { rows?: number }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="skeleton" role="status" aria-label="Loading">
      {shown ? Array.from({ length: rows }, (_, at) => <div key={at} className={`skeleton-row skeleton-${at % 3}`} />) : null}
    </div>
  );
}
