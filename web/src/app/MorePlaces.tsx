import { useEffect, useRef, useState } from 'react';
import { useAddress } from '../lib/router';
import { Icon } from '../parts/Icon';
import { Link } from '../parts/Link';
import { NavCount } from './NavCount';
import type { Place } from './places';

/** The places that have no room in the bar of a telephone, behind one button. */
export function MorePlaces({ places, isHere }: { places: Place[]; isHere: (place: Place) => boolean }) {
  const [open, setOpen] = useState(false);
  const address = useAddress();
  const box = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  useEffect(() => setOpen(false), [address]);
  useEffect(() => {
    if (!open) return undefined;
    box.current?.querySelector<HTMLElement>('.nav-sheet a')?.focus();
    const outside = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    addEventListener('pointerdown', outside);
    return () => removeEventListener('pointerdown', outside);
  }, [open]);
  const count = places.find((place) => place.count)?.count;
  return (
    <div
      className="nav-more"
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        setOpen(false);
        opener.current?.focus();
      }}
    >
      <button
        ref={opener}
        type="button"
        className="nav-place"
        aria-expanded={open}
        aria-current={!open && places.some(isHere) ? 'true' : undefined}
        onClick={() => setOpen(!open)}
        data-testid="nav-more"
      >
        <Icon name="menu" size={18} />
        <span className="nav-word">More</span>
        {count && !open ? <NavCount count={count} testId="nav-more-count" /> : null}
      </button>
      {open ? (
        <ul className="nav-sheet">
          {places.map((place) => (
            <li key={place.to}>
              <Link to={place.to} aria-current={isHere(place) ? 'page' : undefined}>
                <Icon name={place.icon} size={18} />
                {place.word}
                {place.count ? <NavCount count={place.count} testId="nav-more-count" /> : null}
              </Link>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
