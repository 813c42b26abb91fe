import { useId, useMemo } from 'react';
import type { Problem } from '../lib/api';
import { allZones, clockText, isZone, localTime, offsetAt, offsetText, ownZone } from '../lib/zones';
import { Field } from './Field';
import { useNow } from './Time';

/** A time zone by name, with what the clocks there show now. */
export function ZonePicker({
  value,
  onChange,
  problem,
  pointer,
  label = 'Time zone',
}: {
  value: string;
  onChange: (zone: string) => void;
  problem?: Problem | undefined;
  pointer?: string;
  label?: string;
}) {
  const list = useId();
  const zones = useMemo(allZones, []);
  const now = useNow();
  const zone = value.trim() === '' ? 'UTC' : value.trim();
  const known = isZone(zone);
  const offers = [...new Set([ownZone(), 'UTC'])].filter((one) => one !== zone);
  return (
    <Field
      label={label}
      problem={problem}
      {...(pointer ? { pointer } : {})}
      error={known ? undefined : 'No zone is called that. Zones have names such as Europe/Berlin.'}
      hint={
        <>
          {known ? `It is ${clockText(localTime(zone, now))} there, UTC${offsetText(offsetAt(zone, now))}.` : null}
          {offers.map((one) => (
            <span key={one}>
              {' '}
              <button type="button" className="textlink" onClick={() => onChange(one)}>
                {one === 'UTC' ? 'UTC' : one}
              </button>
            </span>
          ))}
        </>
      }
    >
      <ZoneInput list={list} zones={zones} value={value} onChange={onChange} />
    </Field>
  );
}

function ZoneInput({
  list,
  zones,
  value,
  onChange,
  ...rest
}: {
  list: string;
  zones: string[];
  value: string;
  onChange: (zone: string) => void;
}) {
  return (
    <>
      <input
        {...rest}
        type="text"
        list={list}
        value={value}
        spellCheck={false}
        autoComplete="off"
        placeholder="UTC"
        data-testid="zone"
        onChange={(event) => onChange(event.target.value)}
        onFocus={(event) => event.target.select()}
      />
      <datalist id={list}>
        {zones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  );
}
