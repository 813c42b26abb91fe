import { theme, zone } from '../../app/preferences';
import { useStore } from '../../lib/store';
import { Field } from '../../parts/Field';
import { Panel } from '../../parts/Panel';

/** How this browser shows the app. */
export function Appearance() {
  const chosenTheme = useStore(theme);
  const chosenZone = useStore(zone);
  return (
    <Panel title="In this browser">
      <div className="form form-short">
        <Field label="Theme">
          <select value={chosenTheme} data-testid="theme" onChange={(event) => theme.set(event.target.value as typeof chosenTheme)}>
            <option value="system">As the system</option>
            <option value="light">Light</option>
            <option value="dark">Dark</option>
          </select>
        </Field>
        <Field label="Times in" hint={`Here it is ${Intl.DateTimeFormat().resolvedOptions().timeZone}.`}>
          <select value={chosenZone} onChange={(event) => zone.set(event.target.value as typeof chosenZone)}>
            <option value="local">The zone of this browser</option>
            <option value="utc">UTC</option>
          </select>
        </Field>
      </div>
    </Panel>
  );
}
